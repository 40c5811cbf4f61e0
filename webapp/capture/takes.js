/** A take that the person has decided to use: on its way, being prepared, there, or refused. Before that: review.js. */

import { button, el, icon } from "./elements.js";
import { Player } from "./player.js";
import { discard, showFound, showReview } from "./review.js";
import { wholeTake } from "./segments.js";
import { sendAgain } from "./sending.js";
import { _, clock, fill, number, sizes } from "./words.js";

/** Shows a take that is on the phone. */
export async function showTake(screen, found, { focus = true } = {}) {
  if (found.state === "sending" || found.state === "sent") return showSending(screen, found, { focus });
  const { take, parts } = await wholeTake(screen.store, found);
  if (take.state === "refused") return showRefused(screen, take, parts, { focus });
  if (!parts.length) return showNothing(screen, take, { focus });
  return take.state === "recording" ? showFound(screen, take, parts, { focus }) : showReview(screen, take, parts, { focus });
}

/** A crash before the first slice, or a phone without space, leaves nothing to keep. */
async function showNothing(screen, take, { focus }) {
  await screen.outbox.discard(take.id);
  screen.show(el("section", { class: "card stage" }, el("h2", {}, _("Nothing was recorded")),
    take.closed_by === "full" ? el("p", { class: "notice bad" }, _("There is no space left on this phone. Remove films, photos or apps that you do not need, then try again.")) : null,
    button(_("Record again"), { class: "button primary", test: "record-again", onclick: () => screen.redraw({ fresh: true }) })), { focus });
}

/** On its way, then being prepared, then there. */
function showSending(screen, take, { focus = true } = {}) {
  const heading = el("h2", {});
  const words = el("p", { class: "muted", role: "status" });
  const amount = el("p", { class: "amount", test: "upload-state" });
  const progress = el("progress", { max: 1, value: 0, "aria-label": _("How much has been sent") });
  const again = button(_("Record again"), { class: "button quiet", test: "record-again", onclick: () => discard(screen, take) });
  const panel = el("section", { class: "card stage", test: "sending" }, heading, progress, amount, words, el("div", { class: "stack" }, screen.reviewButton(), again));

  function draw(news) {
    if (news.state === "ready" || news.state === "refused") {
      if (!panel.isConnected) return;
      if (news.state === "ready") {
        keepMedia(screen.reflection, news.media);
        showUploaded(screen, news.media);
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
  screen.show(panel, { focus, leave: () => screen.outbox.removeEventListener("change", listen) });
  draw(screen.outbox.news(take.id) ?? { state: "waiting", sent: 0, size: (take.segments ?? []).reduce((sum, one) => sum + (one.size ?? 0), 0) });
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

function showRefused(screen, take, parts, { focus }) {
  const addresses = parts.map(({ source }) => URL.createObjectURL(source));
  const ways = addresses.map((href, index) => el("a", { class: "button", href, download: take.segments[index]?.filename || take.filename, test: "save-to-device" },
    icon("save"), el("span", {}, addresses.length === 1 ? _("Save to this device") : fill(_("Save part {number} to this device"), { number: number(index + 1) }))));
  // What was refused may be taken later: there was no room, or a backup was put back.
  const again = button(_("Send again"), { class: "button primary", test: "send-again", onclick: async () => {
    again.disabled = true;
    await sendAgain(screen.outbox, take.id);
    await screen.redraw();
  } }, "turn");
  screen.show(el("section", { class: "card stage", test: "refused" },
    el("h2", {}, _("The recording could not be used")),
    el("p", { class: "notice bad", test: "upload-state" }, take.message),
    el("p", {}, _("Nothing is lost: the recording is still on this phone.")),
    el("div", { class: "stack" }, parts.length ? again : null, ways,
      button(_("Record again"), { class: "button quiet", test: "record-again", onclick: () => discard(screen, take) }))),
  { focus, leave: () => addresses.forEach((one) => URL.revokeObjectURL(one)) });
}

/** A recording that the server has. */
export function showUploaded(screen, media, { focus = true } = {}) {
  if (media.state === "processing") {
    screen.outbox.follow({ id: media.id, state: "sent", segments: [] });
    showSending(screen, { id: media.id }, { focus });
    return;
  }
  const isPlayable = media.kind === "audio" || media.kind === "video";
  const player = isPlayable ? new Player({
    kind: media.kind, poster: media.urls.poster ?? null,
    parts: [{ source: media.urls.playable, alternate: media.urls.alternate, seconds: media.duration_seconds, peaks: media.peaks ?? [] }],
  }) : null;
  const panel = el("section", { class: "card stage", test: "uploaded" },
    el("h2", {}, _("Your recording is in place")),
    el("p", { class: "muted", test: "upload-state" }, media.duration_seconds ? fill(_("Ready, length {time}"), { time: clock(media.duration_seconds) }) : _("Ready")),
    player?.element ?? null,
    el("div", { class: "stack" },
      screen.continueLink(),
      button(_("Record again"), { class: "button quiet", test: "record-again", onclick: () => screen.redraw({ fresh: true }) })));
  screen.show(panel, { focus, leave: () => player?.close() });
}

/** Remembers what became of a recording, for a later visit to this screen. */
function keepMedia(reflection, media) {
  reflection.media = [...reflection.media.filter((one) => one.id !== media.id), media];
  if (media.state === "ready") reflection.draft.recording = media.id;
}
