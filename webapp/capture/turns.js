/** Makes windows and the service worker take turns, and asks the browser to wake the latter when there is a network. */

const SYNC_TAG = "cim-outbox";
const turns = new Map();

/** Runs one thing of a name at a time over all tabs and the worker; where the browser has no locks, within this tab. */
export function alone(name, work) {
  if (navigator.locks) return navigator.locks.request(name, work);
  const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
  turns.set(name, turn.catch(() => {}));
  return turn;
}

/** Asks for one run of sync.js when there is a network, also when this page is closed by then. */
export async function askForSync() {
  try {
    const worker = globalThis.registration ?? (await navigator.serviceWorker?.getRegistration("/capture/"));
    await worker?.sync?.register(SYNC_TAG);
  } catch {
    // Browsers without background sync, or with it turned off, send when the page is open.
  }
}
