/** Keeps the screen on while something is recorded; the browser lets go whenever the page is hidden, so it is asked again. */

/** Starts; the function that it gives ends it. */
export function keepAwake() {
  let light = null;
  let isOver = false;

  async function ask() {
    if (isOver || document.visibilityState !== "visible") return;
    try {
      light = await navigator.wakeLock?.request("screen");
      if (isOver) light?.release();
    } catch {
      // Low battery or an old browser: the recording goes on, only the screen may go dark.
    }
  }

  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", ask);
    light?.release().catch(() => {});
  };
}
