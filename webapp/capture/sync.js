/** Background sync: sends what waits on this phone while no page is open. Runs in the service worker. */

import { me, SignedOut, Unreachable } from "./api.js";
import { Outbox } from "./outbox.js";
import { hasStore, openStore } from "./store.js";
import { loadWords } from "./words.js";

/** Browsers give a sync event some minutes; what is not done by then is asked for again. */
const LONGEST_MS = 150_000;

/** Sends everything of the person who is signed in; rejects when something is left, so that the browser asks again. */
export async function flush() {
  let person;
  try {
    person = await me();
  } catch (reason) {
    // Nobody may see or send anything without a sign-in: it waits until its owner is back.
    if (reason instanceof SignedOut) return;
    throw reason;
  }
  if (!(await hasStore(person.id))) return;
  await loadWords(person.language);
  const store = await openStore(person.id);
  try {
    const outbox = new Outbox(store);
    await outbox.resume();
    await Promise.race([outbox.works, new Promise((done) => setTimeout(done, LONGEST_MS))]);
    if ((await store.handIns()).some(({ state }) => state !== "refused")) throw new Unreachable("hand-ins are left");
    if ((await store.items()).some(({ state }) => state === "sending")) throw new Unreachable("files are left");
  } finally {
    store.close();
  }
}
