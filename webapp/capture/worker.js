/** The page's side of the service worker: registers it, and lets a newer one take over only while nobody is at work. */

const LOCK = "cim-at-work";
const PATIENCE_MS = 1000;

let registration = null;
let isWorking = false;
let release = null;

/** Registers the service worker; without one (an old browser, no TLS) everything works but opening without a network. */
export async function registerWorker() {
  if (!navigator.serviceWorker) return;
  registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => null);
  if (!registration) return;
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", takeOver));
  document.addEventListener("visibilitychange", takeOver);
  takeOver();
}

/** Tells whether this window records or holds words that are not saved; every window tells for itself. */
export function tellWork(works) {
  if (works === isWorking) return;
  isWorking = works;
  if (!works) {
    release?.();
    release = null;
    takeOver();
  } else {
    navigator.locks?.request(LOCK, { mode: "shared" }, () => isWorking && new Promise((done) => { release = done; }));
  }
}

export const isAtWork = () => isWorking;

async function takeOver() {
  if (!registration?.waiting || isWorking) return;
  const tell = () => isWorking || registration.waiting?.postMessage("take over");
  if (!navigator.locks) return tell();
  // A window that is at work keeps the lock; the next occasion may be better.
  return navigator.locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => { tell(); }).catch(() => {});
}
