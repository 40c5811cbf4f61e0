/** Draws how long a recording is against what its format wants: a bar with the good zone marked and the bounds named. */

import { el } from "./elements.js";
import { _, clock, fill } from "./words.js";

/** The name of the zone and that of the most allowed stand on one line while the zone's middle is before this share. */
const ROOM = 0.6;

/** The bar for some limits: {element, set(seconds)}; null when there are none. The words about it stand beside it. */
export function lengthBar(limits) {
  const zone = limits && zoneOf(limits);
  if (!zone) return null;
  const done = el("i", { class: "done" });
  const good = el("i", { class: "good" });
  const name = el("span", { class: "good-name" }, nameOf(zone));
  const most = el("span", { class: "most" });
  const element = el("div", { class: "length-bar", "aria-hidden": "true" }, el("div", { class: "track" }, good, done), el("div", { class: "names" }, name, most));

  function set(seconds) {
    const end = scale(seconds, zone, limits.maximum);
    const share = (value) => `${Math.min(100, (100 * value) / end)}%`;
    element.style.setProperty("--done", share(seconds));
    element.style.setProperty("--from", share(zone.from));
    element.style.setProperty("--to", share(zone.to ?? end));
    element.classList.toggle("is-good", seconds >= zone.from);
    const isRoom = (zone.from + (zone.to ?? end)) / 2 < ROOM * end;
    const words = isRoom && end === limits.maximum ? fill(_("at most {time}"), { time: clock(end) }) : "";
    if (most.textContent !== words) most.textContent = words;
  }
  set(0);
  return { element, set };
}

function zoneOf({ target_min: from, target_max: to, minimum }) {
  if (from === null && to === null && minimum === null) return null;
  return { from: from ?? minimum ?? 0, to };
}

function nameOf({ from, to }) {
  if (to === null) return fill(_("from {time}"), { time: clock(from) });
  return from === to ? clock(to) : fill(_("{from}–{to}"), { from: clock(from), to: clock(to) });
}

/** How many seconds the whole bar stands for: the zone fills a good part of it until the recording has passed it. */
function scale(seconds, { from, to }, maximum) {
  const calm = 1.5 * (to ?? from * 1.2);
  if (maximum !== null && maximum <= calm * 1.35) return maximum;
  return seconds < calm * 0.95 ? calm : maximum ?? seconds * 1.25;
}
