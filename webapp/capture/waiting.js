/** On the reflection's page: shows a notice while this phone holds work that the server does not have, and sends it. */

import { reflection as load, Refused, Unreachable } from "./api.js";
import { differences, plain } from "./merge.js";
import { hasStore, openStore } from "./store.js";
import { loadWords } from "./words.js";
import { registerWorker } from "./worker.js";

const AGAIN_MS = 3000;
const WAITING = new Set(["recording", "review", "sending"]);

let outbox = null;

async function look() {
  const notice = document.getElementById("waiting-here");
  if (notice) {
    const { reflection, owner } = notice.dataset;
    const waits = (await hasStore(owner)) && (await isWaiting(reflection, owner));
    notice.style.display = waits ? "" : "none";
    if (waits && !outbox) await send(owner);
  }
  setTimeout(look, AGAIN_MS);
}

async function isWaiting(id, owner) {
  const store = await openStore(owner);
  try {
    if (await store.handIn(id)) return true;
    const items = [...(await store.itemsOf(id, "recording")), ...(await store.itemsOf(id, "photo"))];
    if (items.some(({ state }) => WAITING.has(state))) return true;
    const draft = await store.draft(id);
    if (!draft || !differences(draft.values, draft.base).length) return false;
    return differences(draft.values, plain(await load(id))).length > 0;
  } catch (reason) {
    if (reason instanceof Unreachable || reason instanceof Refused || reason instanceof DOMException) return false;
    throw reason;
  } finally {
    store.close();
  }
}

/** What was on its way when the student came here goes on; words wait until their own screen is open again. */
async function send(owner) {
  const [{ Outbox }] = await Promise.all([import("./outbox.js"), loadWords(document.documentElement.lang)]);
  outbox = new Outbox(await openStore(owner));
  await outbox.resume();
}

registerWorker();
look();
