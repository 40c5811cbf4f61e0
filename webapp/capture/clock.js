/**
 * The server's time as far as this phone knows it. A phone's own clock may be wrong, and may be put right between a press
 * and its sending, which must not change when the press was.
 */

const AHEAD = "cim.capture.clock";
/** An answer that took longer says nothing about now. */
const QUICK_MS = 3000;
/** The server says its time in whole seconds: with the way of the answer, what is less apart than this is the same. */
const SAME_MS = 5000;

let ahead = known();

/** Learns from an answer, and how long it took, how far this phone's clock is ahead. */
export function learn(answer, tookMs) {
  const at = Date.parse(answer.headers.get("Date"));
  if (Number.isNaN(at) || tookMs > QUICK_MS) return;
  const apart = Date.now() - at;
  const found = Math.abs(apart) < SAME_MS ? 0 : apart;
  if (Math.abs(found - ahead) < SAME_MS) return;
  ahead = found;
  keep();
}

/** Milliseconds since 1970 where the server is. */
export const serverNow = () => Date.now() - ahead;

function known() {
  try {
    return Number(localStorage.getItem(AHEAD)) || 0;
  } catch {
    // A service worker has no such place, and learns from its first answer.
    return 0;
  }
}

function keep() {
  try {
    if (ahead) localStorage.setItem(AHEAD, String(ahead));
    else localStorage.removeItem(AHEAD);
  } catch {
    // Then it holds for this visit.
  }
}
