/** A recording after it was made: listen to it, use it or not, see it on its way, and what became of it. */

import { ask, button, el, icon, show } from "./elements.js";
import { lengthTrouble } from "./targets.js";
import { _, clock, fill, moment, number, sizes } from "./words.js";

const CONTROLS_MS = 1500;

/** Shows a recording that is on the phone. */
export async function takePanel(screen, take) {
  const { blob, seconds } = await screen.store.contents(take);
  const length = take.seconds || seconds;
  if (take.state === "sending" || take.state === "sent") return sendingPanel(screen, take, blob);
  if (take.state === "refused") return refusedPanel(screen, take, blob);
  if (!blob.size) {
    // A crash before the first slice leaves nothing to keep.
    await screen.outbox.discard(take.id);
    return el("section", { class: "card" }, el("h2", {}, _("Nothing was recorded")),
      button(_("Record again"), { class: "button", onclick: () => screen.redraw() }));
  }
  return take.state === "recording" ? foundPanel(screen, take, blob, length) : reviewPanel(screen, take, blob, length);
}

/** A recording that a crash, a reload or an empty battery left behind. */
function foundPanel(screen, take, blob, seconds) {
  const words = fill(_("A recording from {time} ({length}) is still on this phone."), { time: moment(take.started_at), length: clock(seconds) });
  return el("section", { class: "card stage", test: "found" },
    el("h2", {}, words), el("p", { class: "muted" }, _("It ended before it was stopped. What was recorded until then is kept.")),
    player(take, blob),
    el("div", { class: "stack" },
      button(_("Use this recording"), { class: "button primary", test: "use-recording", onclick: () => use(screen, take, { seconds }) }, "check"),
      button(_("Discard"), { class: "button quiet", test: "discard", onclick: () => discard(screen, take) })));
}

function reviewPanel(screen, take, blob, seconds) {
  const closed = {
    phone: _("The recording was paused by the phone, perhaps by a call. Everything until then is here."),
    limit: _("That is the longest a recording can be here, so it stopped by itself."),
    full: _("The phone has no space left. Everything until then is here."),
  };
  const trouble = el("p", { class: "notice", hidden: true, test: "length-trouble" });
  let known = seconds;
  const measured = (real) => {
    if (real) known = real;
    length.textContent = known ? fill(_("Length {time}"), { time: clock(known) }) : "";
    trouble.textContent = known ? lengthTrouble(known, screen.format.seconds) : "";
    trouble.hidden = !trouble.textContent;
  };
  const length = el("p", { class: "muted" });
  measured(seconds);
  return el("section", { class: "card stage", test: "review" },
    el("h2", {}, take.chosen ? _("Is this the right file?") : take.kind === "video" ? _("Watch it") : _("Listen to it")),
    closed[take.closed_by] ? el("p", { class: "notice", test: "closed-by" }, closed[take.closed_by]) : null,
    take.chosen ? el("p", { class: "as-typed" }, take.filename) : null,
    player(take, blob, take.chosen ? measured : undefined), length, trouble,
    el("div", { class: "stack" },
      button(_("Use this recording"), { class: "button primary", test: "use-recording", onclick: () => use(screen, take, { seconds: known }) }, "check"),
      button(take.chosen ? _("Choose something else") : _("Record again"), { class: "button quiet", test: "record-again", onclick: () => discard(screen, take) })));
}

function player(take, blob, measured = () => {}) {
  const media = el(take.kind === "video" ? "video" : "audio", { class: "player", preload: "metadata", test: "player", "aria-label": _("Your recording") });
  media.setAttribute("playsinline", "");
  media.src = URL.createObjectURL(blob);
  media.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(media.duration)) {
      media.controls = true;
      measured(media.duration);
      return;
    }
    // A recording made in a browser does not carry its length; going to its end lets the player find out.
    media.addEventListener("durationchange", () => {
      if (!Number.isFinite(media.duration)) return;
      media.currentTime = 0;
      media.controls = true;
      measured(media.duration);
    });
    media.currentTime = 1e7;
  }, { once: true });
  // A player that cannot find out, or cannot play the file, must not stay without its buttons.
  setTimeout(() => { media.controls = true; }, CONTROLS_MS);
  return media;
}

async function use(screen, take, facts) {
  await screen.store.changeItem(take.id, facts);
  await screen.outbox.send(take.id);
  await screen.redraw();
}

/** Throws a recording away, but only after the person said so. */
async function discard(screen, take) {
  const sure = await ask({
    title: _("Discard this recording?"), words: _("It is only on this phone and cannot be brought back."),
    yes: _("Discard"), no: _("Keep it"),
  });
  if (!sure) return;
  await screen.outbox.discard(take.id);
  await screen.redraw({ fresh: true });
}

/** On its way, then being prepared, then there. */
function sendingPanel(screen, take, blob = null) {
  const heading = el("h2", {});
  const words = el("p", { class: "muted", role: "status" });
  const amount = el("p", { class: "amount", test: "upload-state" });
  const progress = el("progress", { max: 1, value: 0, "aria-label": _("How much has been sent") });
  const again = button(_("Record again"), { class: "button quiet", test: "record-again", onclick: () => discard(screen, take) });
  const panel = el("section", { class: "card stage", test: "sending" }, heading, progress, amount, words, again);

  function draw(news) {
    if (news.state === "ready" || news.state === "refused") {
      screen.outbox.removeEventListener("change", listen);
      if (!panel.isConnected) return;
      if (news.state === "ready") {
        keepMedia(screen.reflection, news.media);
        show(screen.place, uploadedPanel(screen, news.media), { focus: true });
      } else {
        keepMedia(screen.reflection, { id: take.id, purpose: "recording", state: "refused", message: news.message });
        screen.redraw();
      }
      return;
    }
    const processing = news.state === "processing";
    const share = processing ? news.progress : news.size ? news.sent / news.size : 0;
    set(heading, processing ? _("It has arrived") : _("Sending"));
    set(amount, processing ? (share ? fill(_("Being prepared: {percent} %"), { percent: number(Math.round(share * 100)) }) : _("Being prepared")) : sizes(news.sent, news.size));
    set(words, sentence(news));
    if (share === null || share === undefined) progress.removeAttribute("value");
    else progress.value = share;
    again.hidden = processing;
  }
  const listen = ({ detail }) => detail.id === take.id && draw(detail);
  screen.outbox.addEventListener("change", listen);
  draw(screen.outbox.news(take.id) ?? { state: "waiting", sent: 0, size: take.size ?? blob?.size ?? 0 });
  return panel;
}

/** Changes words only when they differ, so that they are read aloud once. */
function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function sentence(news) {
  switch (news.state) {
    case "processing": return _("You may leave this page; the rest happens by itself.");
    case "offline": return navigator.onLine ? _("No answer from the server. Your recording is kept on this phone and goes on by itself.") : _("No network. Your recording is kept on this phone and goes on by itself.");
    case "signed_out": return _("Please sign in again. Your recording is kept on this phone.");
    default: return _("Keep this page open until it has arrived. If the network stops, it goes on where it was.");
  }
}

function refusedPanel(screen, take, blob) {
  return el("section", { class: "card stage", test: "refused" },
    el("h2", {}, _("The recording could not be used")),
    el("p", { class: "notice bad", test: "upload-state" }, take.message),
    el("p", {}, _("Nothing is lost: the recording is still on this phone.")),
    el("div", { class: "stack" },
      el("a", { class: "button", href: URL.createObjectURL(blob), download: take.filename, test: "save-to-device" }, icon("save"), el("span", {}, _("Save to this device"))),
      button(_("Record again"), { class: "button primary", test: "record-again", onclick: () => discard(screen, take) })));
}

/** A recording that the server has. */
export function uploadedPanel(screen, media) {
  if (media.state === "processing") {
    screen.outbox.follow({ id: media.id, state: "sent" });
    return sendingPanel(screen, { id: media.id });
  }
  const playable = media.kind === "audio" || media.kind === "video";
  const player = el(media.kind === "video" ? "video" : "audio", { class: "player", controls: true, preload: "metadata", src: media.urls.playable, poster: media.urls.poster ?? undefined, "aria-label": _("Your recording") });
  player.setAttribute("playsinline", "");
  return el("section", { class: "card stage", test: "uploaded" },
    el("h2", {}, _("Your recording is in place")),
    el("p", { class: "muted", test: "upload-state" }, media.duration_seconds ? fill(_("Ready, length {time}"), { time: clock(media.duration_seconds) }) : _("Ready")),
    playable ? player : null,
    el("div", { class: "stack" },
      screen.continueLink(),
      button(_("Record again"), { class: "button quiet", test: "record-again", onclick: () => screen.redraw({ fresh: true }) })));
}

/** Remembers what became of a recording, for a later visit to this screen. */
function keepMedia(reflection, media) {
  reflection.media = [...reflection.media.filter((one) => one.id !== media.id), media];
  if (media.state === "ready") reflection.draft.recording = media.id;
}
