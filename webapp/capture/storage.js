/** How much this phone can keep, and whether the browser has promised not to clear it when space is short. */

import { button, el } from "./elements.js";
import { _, fill, size } from "./words.js";

/** A card with the space that is used and left; null where the browser does not tell. */
export async function storageCard() {
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  if (!estimate?.quota) return null;
  const { usage, quota } = estimate;
  const words = fill(_("{used} of {quota} used"), { used: size(usage), quota: size(quota) });
  const promise = el("div", { class: "later", test: "storage-promise" });
  await tellPromise(promise);
  return el("section", { class: "card storage", test: "storage" },
    el("h2", {}, _("Space on this phone")),
    el("p", { class: "muted" }, words),
    el("meter", { min: 0, max: quota, value: usage, high: quota * 0.9, "aria-label": _("Space that is used") }),
    promise);
}

async function tellPromise(place) {
  if (!navigator.storage?.persist) return;
  if (await navigator.storage.persisted()) {
    place.replaceChildren(el("p", { class: "muted" }, _("The browser has promised to keep your work here until it is sent.")));
    return;
  }
  const trouble = el("p", { class: "muted", role: "status" });
  place.replaceChildren(
    el("p", { class: "muted" }, _("When space is short, the browser may clear work that is not sent yet. You can ask it not to.")),
    button(_("Keep my work safe"), { class: "button", test: "persist", onclick: async () => {
      if (await navigator.storage.persist()) await tellPromise(place);
      else trouble.textContent = _("The browser did not promise it. Installing the app often helps.");
    } }),
    trouble);
}

/** Asks without a question where the browser decides by itself; called when there is something to keep. */
export async function keepSafe() {
  const isSilent = Boolean(window.chrome) || /apple/i.test(navigator.vendor);
  if (isSilent && !(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.().catch(() => {});
}
