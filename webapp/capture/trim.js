/** Cuts start and end of a take with two handles on the picture of its sound; the bytes are never touched. */

import { announce, button, el } from "./elements.js";
import { Player } from "./player.js";
import { lengthTrouble } from "./targets.js";
import { _, clock, fill, number } from "./words.js";

const LEAST_SECONDS = 1;
const STEP_SECONDS = 0.5;
const LEAP_SECONDS = 5;
/** Moving the end lets one hear the last moments before it. */
const BEFORE_END_SECONDS = 2;
const NEAR = 0.05;

/** Shows the handles; afterwards the review comes back with what remains. */
export function showTrim(screen, take, parts) {
  const player = new Player({ kind: take.kind, parts });
  const words = el("p", { class: "trim-words", test: "trim-words" });
  const trouble = el("p", { class: "notice", hidden: true });
  const ends = { start: take.trim?.start ?? 0, end: take.trim?.end ?? null };
  const start = handle("start", _("Start"));
  const end = handle("end", _("End"));

  function draw() {
    start.value = ends.start;
    end.value = ends.end;
    const said = { start: exact(ends.start), end: exact(ends.end), rest: exact(ends.end - ends.start) };
    start.setAttribute("aria-valuetext", fill(_("Starts at {start}, {rest} remain"), said));
    end.setAttribute("aria-valuetext", fill(_("Ends at {end}, {rest} remain"), said));
    words.textContent = fill(_("Starts at {start}, ends at {end}. {rest} remain."), said);
    player.wave.style.setProperty("--start", `${(100 * ends.start) / player.whole}%`);
    player.wave.style.setProperty("--end", `${(100 * ends.end) / player.whole}%`);
    player.limit(ends.start, ends.end);
    trouble.textContent = lengthTrouble(ends.end - ends.start, screen.format.seconds);
    trouble.hidden = !trouble.textContent;
  }

  function move(which, seconds) {
    const goal = Math.round(seconds * 10) / 10;
    if (which === "start") ends.start = Math.max(0, Math.min(goal, ends.end - LEAST_SECONDS));
    else ends.end = Math.min(player.whole, Math.max(goal, ends.start + LEAST_SECONDS));
    draw();
    if (!player.playing) player.seek(which === "start" ? ends.start : Math.max(ends.start, ends.end - BEFORE_END_SECONDS));
  }

  async function keep(trim) {
    await screen.store.changeItem(take.id, { trim });
    announce(trim ? words.textContent : _("The whole recording is used."));
    await screen.redraw();
  }

  player.addEventListener("ready", () => {
    ends.end = Math.min(ends.end ?? player.whole, player.whole);
    for (const [which, input] of [["start", start], ["end", end]]) {
      Object.assign(input, { max: player.whole, disabled: false });
      input.addEventListener("input", () => move(which, Number(input.value)));
      input.addEventListener("keydown", (event) => key(event, (by) => move(which, ends[which] + by)));
    }
    draw();
    player.seek(ends.start);
  }, { once: true });
  player.element.classList.add("is-trimming");
  player.wave.append(el("i", { class: "kept", "aria-hidden": "true" }), start, end);

  screen.show(el("section", { class: "card stage", test: "trim-panel" },
    el("h2", {}, _("Cut start and end")),
    player.element, words, trouble,
    el("div", { class: "row trim-ways" },
      button(_("Start here"), { class: "button", test: "start-here", onclick: () => move("start", player.position) }),
      button(_("End here"), { class: "button", test: "end-here", onclick: () => { player.pause(); move("end", player.position); } }),
      button(_("Play what remains"), { class: "button", test: "play-remaining", onclick: () => player.play({ from: ends.start }) }, "play")),
    el("div", { class: "stack" },
      button(_("Keep this cut"), { class: "button primary", test: "trim-done", onclick: () => keep(kept(ends, player.whole)) }, "check"),
      button(_("Use the whole recording"), { class: "button quiet", test: "trim-reset", onclick: () => keep(null) }))),
  { leave: () => player.close(), isTall: true });
}

/** What is stored: nothing when nothing is cut, and no end when it is the end of the recording. */
function kept({ start, end }, whole) {
  const from = start > NEAR ? start : 0;
  const to = end < whole - NEAR ? end : null;
  return from || to !== null ? { start: from, end: to } : null;
}

const handle = (which, words) =>
  el("input", { type: "range", class: `handle ${which}`, min: 0, max: 1, step: 0.1, value: 0, disabled: true, "aria-label": words, test: `trim-${which}` });

function key(event, move) {
  const ways = {
    ArrowLeft: -STEP_SECONDS, ArrowDown: -STEP_SECONDS, ArrowRight: STEP_SECONDS, ArrowUp: STEP_SECONDS, PageDown: -LEAP_SECONDS, PageUp: LEAP_SECONDS,
  };
  if (!(event.key in ways)) return;
  event.preventDefault();
  move(ways[event.key]);
}

/** Writes a moment with its tenth of a second: 0:03.5. */
function exact(seconds) {
  const tenths = Math.round(seconds * 10);
  const [, point] = number(1.1);
  return fill("{whole}{point}{tenth}", { whole: clock(tenths / 10 + 0.001), point, tenth: tenths % 10 });
}
