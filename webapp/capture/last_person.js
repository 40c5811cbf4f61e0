/**
 * Remembers who works on this phone: where it is read at once, and in IndexedDB, because a phone that is killed soon after
 * forgets the former. Signing in or out forgets both, so that nobody starts as somebody else.
 */

import { forgetLook } from "./last_look.js";

export const NAME = "cim.capture.person";
const DATABASE = "cim-person";
const STORE = "last";

/** The last person, as far as this can be told without waiting. */
export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(NAME));
  } catch {
    return null;
  }
}

/** The last person as the disk has it; null when nobody is signed in, undefined when nothing was ever kept. */
export const kept = () => work("readonly", (rows) => rows.get(NAME)).catch(() => undefined);

export async function remember(person) {
  rememberQuickly(person);
  await work("readwrite", (rows) => rows.put(person, NAME)).catch(() => {});
}

/** Where the phone is full, nobody is remembered rather than somebody else: the server is asked again the next time. */
export function rememberQuickly(person) {
  try {
    localStorage.setItem(NAME, JSON.stringify(person));
  } catch {
    forgetQuickly();
  }
}

/** The disk first: another window looks there as soon as it hears that this person is gone from the quick place. */
export async function forget() {
  await work("readwrite", (rows) => rows.put(null, NAME)).catch(() => {});
  forgetQuickly();
}

/** Leaves it to the disk who is here. */
export function forgetQuickly() {
  try {
    localStorage.removeItem(NAME);
    forgetLook();
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

function work(mode, ask) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
      const asked = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => { database.close(); done(asked.result); };
      transaction.onabort = () => { database.close(); failed(transaction.error); };
    };
  });
}
