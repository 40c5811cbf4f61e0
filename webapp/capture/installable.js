/** Remembers the browser's offer to install the application, which comes once and early. */

export const offer = new EventTarget();
let kept = null;

export function watchInstall() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    kept = event;
    offer.dispatchEvent(new Event("change"));
  });
  addEventListener("appinstalled", () => {
    kept = null;
    offer.dispatchEvent(new Event("change"));
  });
}

export const canInstall = () => Boolean(kept);

/** Shows the browser's question; an answer uses the offer up. */
export async function install() {
  const event = kept;
  kept = null;
  await event?.prompt();
  offer.dispatchEvent(new Event("change"));
}
