/**
 * Sends one segment to the server by the tus 1.0.0 protocol: in small pieces, continued wherever the server stands, and
 * from its first slice on, while it is still being recorded.
 *
 * The server's offset is the only truth. One call of `deliver` is one attempt; who calls it again and when is decided
 * in outbox.js. Nothing is deleted here.
 */

import { reach, refusal, Unreachable } from "./api.js";
import { asked } from "./questions.js";
import { sha256 } from "./sha256.js";
import { Tape } from "./tape.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const LARGEST_PIECE = 256 * 1024;
const SMALLEST_PIECE = 16 * 1024;
/** A piece that is not through after this time is given up; what arrived of it stays. A black-holed line never reports an error. */
const STALL_MS = 4000;
/** While recording, small pieces are gathered: a radio that is woken every second empties the battery. */
const EARLY_BYTES = 32 * 1024;
const EARLY_MS = 4000;
/** A recording that brings nothing for so long (paused, or cut by a crash) lets another one go ahead. */
const IDLE_MS = 3000;

/** The bytes that arrived are not the bytes that were sent; the server has thrown them away. */
export class ChecksumDiffers extends Error {}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Uploader {
  constructor(store) {
    this.store = store;
    this.piece = LARGEST_PIECE;
    this.idle = new Map();
  }

  /** Tells without any network whether a segment has more to send than when it was last left alone. */
  async hasMore({ id, closed }) {
    return closed || !this.idle.has(id) || (await this.store.slices(id, this.idle.get(id))).length > 0;
  }

  /**
   * Makes one attempt to bring a segment of an item to the server and resolves when the server holds the same bytes
   * (true), or when there is nothing more to send: the item is gone from the phone, or an open segment stands still (false). `report(sent, size)` is called as the server confirms; the
   * size is null while the segment is being recorded. Throws Unreachable, ChecksumDiffers (both: try again), SignedOut
   * or Refused.
   */
  async deliver(id, segmentId, report = () => {}) {
    const tape = new Tape(this.store, segmentId);
    let found = await this.find(id, segmentId);
    if (!found) return false;
    if (found.segment.sent) return true;
    let place = found.segment.address ? await this.look(found.segment.address) : null;
    let gatheredFrom = Date.now();
    for (;;) {
      // In this order: what says that it is closed was written after its last slice, perhaps by another window.
      found = await this.find(id, segmentId);
      if (!found) return false;
      await tape.wind();
      const { closed } = found.segment;
      if (closed && tape.size === 0) throw new EmptySegment();
      if (closed) found = await this.seal(found, tape);
      place ??= found && (await this.create(found));
      if (!found || !place) return false;
      const size = closed ? tape.size : null;
      report(place.offset, size);
      if (closed && place.offset === tape.size && place.sha256) return this.confirm(found, place);
      const waiting = tape.size - place.offset;
      if (closed || waiting >= EARLY_BYTES || (waiting && Date.now() - gatheredFrom > EARLY_MS)) {
        place = await this.append(found.segment, tape, place.offset);
        gatheredFrom = Date.now();
      } else if (!waiting && Date.now() - gatheredFrom > IDLE_MS) {
        this.idle.set(segmentId, tape.slices.length);
        return false;
      } else {
        await pause(1000);
      }
    }
  }

  async find(id, segmentId) {
    const item = await this.store.item(id);
    const segment = item?.segments.find((one) => one.id === segmentId);
    return segment && !isGone(item) ? { item, segment, number: item.segments.indexOf(segment) } : null;
  }

  /** Writes down length and SHA-256 of a segment that is whole, once; null when it was discarded meanwhile. */
  async seal(found, tape) {
    if (found.segment.sha256 && found.segment.size === tape.size) return found;
    const facts = { sha256: await sha256(tape.blob), size: tape.size };
    if (isGone(await this.store.changeSegment(found.item.id, found.segment.id, facts))) return null;
    return { ...found, segment: { ...found.segment, ...facts } };
  }

  /** Makes the upload known to the server; the same id again gets the same answer. Null when it was discarded meanwhile. */
  async create({ item, segment, number }) {
    const facts = {
      id: segment.id,
      ...(item.activity ? { activity: item.activity } : { reflection: item.reflection }),
      purpose: item.purpose,
      filename: segment.filename || item.filename,
      filetype: segment.mime || "application/octet-stream",
      ...(isTake(item) ? { take: item.id, segment: String(number) } : {}),
      ...(segment.sha256 ? { sha256: segment.sha256 } : {}),
    };
    const metadata = Object.entries(facts).map(([name, value]) => `${name} ${base64(value)}`).join(",");
    const length = segment.closed ? { "Upload-Length": String(segment.size) } : { "Upload-Defer-Length": "1" };
    const answer = await reach("/uploads", { method: "POST", headers: { ...TUS, ...length, "Upload-Metadata": metadata } }, STALL_MS);
    if (answer.status !== 201 && answer.status !== 200) throw await refusal(answer);
    const address = answer.headers.get("Location") ?? `/uploads/${segment.id}`;
    if (isGone(await this.store.changeSegment(item.id, segment.id, { address }))) {
      // Whoever discarded it could not know this address.
      await this.abandon(address);
      return null;
    }
    segment.address = address;
    const place = await this.look(address);
    if (!place) throw new Unreachable("the upload is not there yet");
    return place;
  }

  /** Asks where the server stands; null when it does not know the upload (any more). */
  async look(address) {
    const answer = await asked((wait) => reach(address, { method: "HEAD", headers: TUS }, wait));
    if (answer.status === 404 || answer.status === 410) return null;
    if (!answer.ok) throw await refusal(answer);
    return {
      offset: Number(answer.headers.get("Upload-Offset")),
      sha256: answer.headers.get("CIM-Sha256"),
    };
  }

  /** Sends the next piece; the last one says how long the whole is and what its SHA-256 must be. */
  async append(segment, tape, offset) {
    const end = Math.min(offset + this.piece, tape.size);
    const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    if (segment.closed && end === tape.size) Object.assign(headers, { "CIM-Sha256": segment.sha256, "Upload-Length": String(segment.size) });
    let answer;
    try {
      answer = await reach(segment.address, { method: "PATCH", headers, body: tape.cut(offset, end) }, STALL_MS);
    } catch (reason) {
      // A slow line gets smaller pieces, so that one always fits into the waiting time.
      this.piece = Math.max(SMALLEST_PIECE, this.piece / 2);
      throw reason;
    }
    if (answer.status === 460) throw new ChecksumDiffers();
    if (answer.status === 409 || answer.status === 404 || answer.status === 410) {
      const place = await this.look(segment.address);
      if (place && place.offset !== offset) return place;
      throw new Unreachable(`status ${answer.status}`);
    }
    if (!answer.ok) throw await refusal(answer);
    const reached = Number(answer.headers.get("Upload-Offset"));
    const sum = reached === tape.size ? answer.headers.get("CIM-Sha256") : null;
    // An answer that moved nothing is none; without this the same piece would be sent without any pause.
    if (!(reached > offset) && !sum) throw new Unreachable("the offset did not move");
    this.piece = Math.min(LARGEST_PIECE, this.piece * 2);
    return { offset: reached, sha256: sum };
  }

  /** Tells the server that the rest will not come, or that what came is not wanted. */
  abandon(address) {
    return reach(address, { method: "DELETE", headers: TUS }, STALL_MS);
  }

  /** Believes the transfer only when the server shows the length and the same SHA-256. */
  async confirm({ item, segment }, place) {
    if (place.offset !== segment.size) throw new Unreachable("not confirmed yet");
    if (place.sha256.toLowerCase() !== segment.sha256) throw new ChecksumDiffers();
    await this.store.changeSegment(item.id, segment.id, { sent: true });
    return true;
  }
}

/** A segment that ended before its first slice: there is nothing to send. */
export class EmptySegment extends Error {}

/** Nothing of it is sent any more: it was discarded, and perhaps the server knows already. */
export const isGone = (item) => !item || item.state === "discarded";

/** Recordings are takes, of one segment or several; what an earlier version of this page recorded is a plain upload. */
export const isTake = (item) => item.purpose === "recording" && !item.plain;
