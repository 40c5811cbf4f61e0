/** Talks to the server in JSON and turns its answers into data, a refusal in words, or "cannot be reached". */

import { learn } from "./clock.js";

/** The server said no, in words for the person. */
export class Refused extends Error {
  constructor(status, code, message, body) {
    super(message);
    Object.assign(this, { status, code, body });
  }
}

/** The person must sign in (again); nothing was changed. */
export class SignedOut extends Refused {}

/** No network, no answer in time, or a server that cannot answer now: try again later. */
export class Unreachable extends Error {}

const WAIT_MS = 12_000;
const PASSING = new Set([408, 423, 425, 429]);

/** Emits "answer" whenever the server has answered anything. */
export const line = new EventTarget();

/** Fetches with an end to the waiting; throws Unreachable for everything that may pass by itself. */
export async function reach(address, options = {}, wait = WAIT_MS) {
  const began = performance.now();
  let answer;
  try {
    answer = await fetch(address, { ...options, signal: AbortSignal.timeout(wait) });
  } catch (reason) {
    throw new Unreachable(String(reason));
  }
  learn(answer, performance.now() - began);
  line.dispatchEvent(new Event("answer"));
  if (answer.status >= 500 || PASSING.has(answer.status)) throw new Unreachable(`status ${answer.status}`);
  return answer;
}

/** Reads a refusal out of an answer that is not ok. */
export async function refusal(answer) {
  let body = null;
  try {
    body = await answer.json();
  } catch {
    // A proxy may answer with HTML; the status alone is then what we know.
  }
  const { code = "refused", message = "" } = body?.error ?? {};
  const kind = answer.status === 401 ? SignedOut : Refused;
  return new kind(answer.status, code, message, body);
}

async function json(method, address, body, { wait, ...options } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await reach(address, { method, headers, body: body && JSON.stringify(body), ...options }, wait);
  if (!answer.ok) throw await refusal(answer);
  try {
    return await answer.json();
  } catch (reason) {
    // Networks with a sign-in page of their own answer 200 with HTML.
    throw new Unreachable(String(reason));
  }
}

export const me = () => json("GET", "/api/v1/me");
export const reflection = (id) => json("GET", `/api/v1/reflections/${id}`);
export const media = (id) => json("GET", `/api/v1/media/${id}`);

/** Everything that is open, waits, or may be begun, with its rules. */
export const work = () => json("GET", "/api/v1/work");

/** Begins a reflection whose id the server has named before; a second time it is the first one. */
export const begin = (facts) => json("POST", "/api/v1/reflections", facts);

/** Says which segments a recording is made of; answers what has arrived of them, and the manifest when all has. */
export const useTake = (id, facts, wait) => json("PUT", `/api/v1/takes/${id}`, facts, { wait });

/** Says that a take which has not arrived yet is not wanted; the same again changes nothing. */
export const giveUpTake = (id) => json("DELETE", `/api/v1/takes/${id}`);

/** What a machine has heard so far of a take that the server has a part of. */
export const heardOf = (id) => json("GET", `/api/v1/takes/${id}/words`);

/** Hands in; `pressed_seconds_ago` is how long ago the person pressed. Answers the receipt. */
export const submit = (id, revision, pressed_seconds_ago) =>
  json("POST", `/api/v1/reflections/${id}/submit`, { revision, pressed_seconds_ago });

/** Takes back what was handed in while nobody has claimed it; answers the reflection with its new draft. */
export const takeBack = (id) => json("POST", `/api/v1/reflections/${id}/take-back`, {});

/** Saves fields of the draft; `keepalive` lets the request outlive the page. */
export const saveDraft = (id, fields, { keepalive = false } = {}) =>
  json("PATCH", `/api/v1/reflections/${id}`, fields, { keepalive });

/** Where to sign in and come back to this address. */
export const signInAddress = () => `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;

/** A version 4 UUID; `crypto.randomUUID` is missing where the address is not https. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
