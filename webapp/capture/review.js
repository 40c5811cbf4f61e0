/** A take before it is sent: one that was found, or one that is whole; listen, cut, go on, use it or record again. */

import { troubleWords } from "./device.js";
import { ask, button, el } from "./elements.js";
import { HeardSoFar } from "./heard.js";
import { heightOf } from "./level.js";
import { goOn } from "./live.js";
import { Player } from "./player.js";
import { lengthTrouble } from "./targets.js";
import { showTrim } from "./trim.js";
import { peaksOfFile } from "./waveform.js";
import { _, clock, fill, moment } from "./words.js";

/** A take that a crash, a reload, a call or an empty battery left behind. */
export function showFound(screen, take, parts, { focus }) {
  const words = fill(_("A recording from {time} ({length}) is still on this phone."), { time: moment(take.started_at), length: clock(take.seconds) });
  const player = new Player({ kind: take.kind, parts });
  const trouble = el("div", { role: "alert", test: "device-trouble" });
  screen.show(el("section", { class: "card stage", test: "found" },
    el("h2", {}, words), el("p", { class: "muted" }, _("It ended before it was stopped. What was recorded until then is kept.")),
    player.element, trouble,
    el("div", { class: "stack" },
      onward(screen, take, trouble, { class: "button primary" }),
      button(_("Use this recording"), { class: "button", test: "use-recording", onclick: () => use(screen, take, player) }, "check"),
      button(_("Discard"), { class: "button quiet", test: "discard", onclick: () => discard(screen, take) }))),
  { focus, leave: () => player.close() });
}

export function showReview(screen, take, parts, { focus }) {
  const player = new Player({ kind: take.kind, parts, view: take.trim });
  const length = el("p", { class: "muted", test: "length" });
  const trouble = el("p", { class: "notice", hidden: true, test: "length-trouble" });
  const heard = new HeardSoFar(screen, take.id);
  const cannot = el("div", { role: "alert", test: "device-trouble" });
  const cut = button(_("Cut start and end"), { class: "button quiet", test: "trim", disabled: true, onclick: () => showTrim(screen, take, parts) }, "cut");
  player.addEventListener("ready", () => {
    cut.disabled = !player.whole;
    length.textContent = lengthWords(take, player);
    const remaining = player.view.end - player.view.start;
    trouble.textContent = remaining ? lengthTrouble(remaining, screen.format.seconds) : "";
    trouble.hidden = !trouble.textContent;
    if (take.chosen) measure(screen, take, parts, player);
  }, { once: true });
  player.addEventListener("unplayable", () => {
    cut.hidden = true;
    length.textContent = take.chosen
      ? _("This browser cannot play the file. You can use it all the same: it is prepared so that everybody can play it.")
      : _("This browser cannot play the recording. It is whole on this phone, and you can use it all the same.");
  }, { once: true });
  screen.show(el("section", { class: "card stage", test: "review" },
    el("h2", {}, take.chosen ? _("Is this the right file?") : take.kind === "video" ? _("Watch it") : _("Listen to it")),
    whyItEnded(take),
    take.chosen ? el("p", { class: "as-typed" }, take.filename) : null,
    player.element, length, trouble, heard.element, cannot,
    el("div", { class: "stack" },
      button(_("Use this recording"), { class: "button primary", test: "use-recording", onclick: () => use(screen, take, player) }, "check")),
    el("div", { class: "row review-ways" }, cut,
      take.chosen || take.closed_by === "limit" ? null : onward(screen, take, cannot, { class: "button quiet" }),
      button(take.chosen ? _("Choose something else") : _("Record again"), { class: "button quiet", test: "record-again", onclick: () => discard(screen, take) }, "undo"))),
  { focus, leave: () => { heard.close(); player.close(); } });
}

function lengthWords(take, player) {
  if (!player.whole) return "";
  const time = clock(player.view.end - player.view.start);
  return take.trim ? fill(_("Length {time}, cut from {whole}"), { time, whole: clock(player.whole) }) : fill(_("Length {time}"), { time });
}

function whyItEnded(take) {
  const words = {
    limit: _("That is the longest a recording can be here, so it stopped by itself."),
    full: _("The phone has no space left. Everything until then is here. Remove films, photos or apps that you do not need before you go on."),
  }[take.closed_by];
  return words ? el("p", { class: "notice", test: "closed-by" }, words) : null;
}

/** The button that goes on with a take as a new segment. */
function onward(screen, take, trouble, properties) {
  const made = button(_("Go on recording"), { ...properties, test: "go-on-recording", onclick: async () => {
    made.disabled = true;
    try {
      await goOn(screen, take);
    } catch (reason) {
      trouble.replaceChildren(...troubleWords(reason));
      made.disabled = false;
      made.focus();
    }
  } }, "podcast");
  return made;
}

async function use(screen, take, player) {
  await screen.store.changeItem(take.id, { seconds: player.whole || take.seconds });
  await screen.outbox.send(take.id);
  await screen.redraw();
}

/** Throws a take away, but only after the person said so. */
export async function discard(screen, take) {
  const sure = await ask({
    title: _("Discard this recording?"), words: _("It is only on this phone and cannot be brought back."),
    yes: _("Discard"), no: _("Keep it"),
  });
  if (!sure) return;
  await screen.outbox.discard(take.id);
  await screen.redraw({ fresh: true });
}

/** Finds out once what a chosen file is: how long, with or without a picture, and how its sound looks. */
async function measure(screen, take, parts, player) {
  const [segment] = take.segments;
  const hasPicture = player.media.some((one) => one.videoWidth);
  const kind = take.kind === "video" && !hasPicture ? "audio" : take.kind;
  if (!segment.peaks) {
    const peaks = await peaksOfFile(parts[0].source, heightOf);
    await screen.store.changeSegment(take.id, segment.id, { seconds: player.whole, peaks });
    await screen.store.changeItem(take.id, { seconds: player.whole, kind });
    Object.assign(take, { seconds: player.whole, kind });
    Object.assign(segment, { peaks });
    parts[0].peaks = peaks;
    if (peaks.length) player.seePeaks();
  }
}
