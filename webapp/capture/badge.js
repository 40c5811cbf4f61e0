/** Shows how much is only on this phone: as a red number in the bar, in the title, and on the application's icon. */

import { el } from "./elements.js";
import { _, number, plural } from "./words.js";

const PAUSE_MS = 1500;
/** The server has these already, or a person has to decide about them first. */
const NOT_COUNTED = new Set(["processing", "preparing", "done"]);

/** Counts now and whenever something changed. */
export function watchUnsent(outbox) {
  let timer;
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      count(outbox);
    }, PAUSE_MS);
  };
  outbox.addEventListener("change", later);
  outbox.addEventListener("hand-in", later);
  document.addEventListener("visibilitychange", later);
  count(outbox);
}

async function count(outbox) {
  const rows = (await outbox.waiting()).filter(({ state }) => !NOT_COUNTED.has(state));
  const words = plural(rows.length, _("{count} thing is not sent yet"), _("{count} things are not sent yet"));
  const badge = document.getElementById("badge");
  if (badge) {
    badge.hidden = !rows.length;
    badge.replaceChildren(el("span", { "aria-hidden": "true" }, number(rows.length)), el("span", { class: "for-ears" }, words));
  }
  document.title = document.title.replace(/^(\(\d+\) )?/, rows.length ? `(${rows.length}) ` : "");
  // Browsers without an icon to put it on have no such function, or refuse.
  const put = rows.length ? navigator.setAppBadge?.(rows.length) : navigator.clearAppBadge?.();
  await put?.catch(() => {});
}
