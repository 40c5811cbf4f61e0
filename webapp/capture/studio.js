/** The screen of a podcast or video: test the sound, record or choose a file; what comes after is in takes.js. */

import { closeStream, microphoneChoice, openStream, troubleWords } from "./device.js";
import { button, el, pictureButton, show } from "./elements.js";
import { fileWays } from "./files.js";
import { record } from "./live.js";
import { soundTest } from "./microphone.js";
import { roomNote } from "./room.js";
import { preview, prompts } from "./stage.js";
import { showTake, showUploaded } from "./takes.js";
import { targetOf } from "./targets.js";
import { _, fill } from "./words.js";

/** Shows the one panel that fits what there is: a recording on the phone, one on the server, or none. */
export function studio(work, { kind, format }) {
  const place = el("div", { class: "screen", test: `studio-${kind}` });
  const screen = { ...work, kind, format, place, redraw, show: showPanel, facing: "user", facts: {} };
  let leaveLast = null;

  /**
   * Puts a panel in place of the last one; `leave` is called when it goes, to let go of a camera or a player. A tall one
   * begins at the top of the screen, so that all of it is seen on a phone.
   */
  function showPanel(panel, { focus = true, leave = null, isTall = false } = {}) {
    if (leaveLast) {
      work.leaving.delete(leaveLast);
      leaveLast();
    }
    leaveLast = leave;
    if (leave) work.leaving.add(leave);
    show(place, panel, { focus });
    if (isTall) panel.scrollIntoView({ block: "start" });
  }

  async function redraw({ focus = true, fresh = false } = {}) {
    const takes = await work.store.itemsOf(work.reflection.id, "recording");
    const undecided = takes.filter((take) => take.state === "recording" || take.state === "review");
    const take = undecided[0] ?? takes.at(-1);
    const uploaded = currentUpload(work.reflection);
    if (take) await showTake(screen, take, { focus });
    else if (uploaded && !fresh) showUploaded(screen, uploaded, { focus });
    else showReady(screen, { hasUploaded: Boolean(uploaded), refusedWords: fresh ? "" : lastRefusal(work.reflection), focus });
  }

  redraw({ focus: false });
  return place;
}

/** The recording that the server has in the draft, or is preparing for it. */
function currentUpload({ draft, media }) {
  const recordings = media.filter((one) => one.purpose === "recording");
  return recordings.find((one) => one.state === "processing") ?? recordings.find((one) => one.id === draft.recording && one.state === "ready");
}

/** Why the server could not use the last recording, when this phone has no copy of it any more. */
function lastRefusal({ media }) {
  return media.filter((one) => one.purpose === "recording" && one.state === "refused").at(-1)?.message ?? "";
}

/** Before recording: one big button, and the equal second way of choosing a file. */
function showReady(screen, { hasUploaded = false, refusedWords = "", trouble = null, focus = true } = {}) {
  const isVideo = screen.kind === "video";
  const alert = el("div", { role: "alert", test: "device-trouble" }, trouble ? troubleWords(trouble) : []);
  const start = recordButton(isVideo ? _("Open the camera") : _("Record"), { test: isVideo ? "open-camera" : "record" });
  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const stream = await openStream(screen.kind, screen.facing);
      if (isVideo) showCamera(screen, stream);
      else await record(screen, stream);
    } catch (reason) {
      alert.replaceChildren(...troubleWords(reason));
      start.disabled = false;
      start.focus();
    }
  });
  const panel = el("section", { class: "card stage is-ready" },
    el("h2", {}, isVideo ? _("Film your reflection") : _("Record your reflection")),
    el("p", { class: "muted" }, fill(_("Aim for {target}. You can pause, and listen before you send it."), { target: targetOf(screen.format) })),
    refusedWords ? el("p", { class: "notice bad" }, refusedWords) : null,
    roomNote(isVideo ? "video" : "audio", screen.format.seconds),
    el("div", { class: "controls" }, start),
    alert,
    el("div", { class: "before" },
      button(_("Test the sound"), { class: "button quiet", test: "test-sound", onclick: () => soundTest(screen, { back: () => screen.redraw({ fresh: true }) }) }, "podcast"),
      microphoneChoice().element),
    fileWays(screen),
    hasUploaded ? el("p", { class: "muted" }, _("The recording you have stays until a new one is ready.")) : null,
    hasUploaded ? button(_("Keep the one I have"), { class: "button quiet", onclick: () => screen.redraw() }) : null);
  screen.show(panel, { focus });
}

const recordButton = (words, properties) =>
  el("button", { type: "button", class: "record", ...properties }, el("i", { "aria-hidden": "true" }), el("span", {}, words));

/** Camera is open, nothing is recorded yet. */
function showCamera(screen, stream) {
  let isInUse = false;
  const start = recordButton(_("Record"), { test: "record", onclick: async () => {
    start.disabled = true;
    isInUse = true;
    try {
      await record(screen, stream);
    } catch (reason) {
      showReady(screen, { trouble: reason });
    }
  } });
  const turn = pictureButton(_("Switch between front and back camera"), "turn", { class: "round", test: "switch-camera", onclick: async () => {
    closeStream(stream);
    screen.facing = screen.facing === "user" ? "environment" : "user";
    try {
      showCamera(screen, await openStream("video", screen.facing));
      screen.place.querySelector("[data-test=switch-camera]").focus();
    } catch (reason) {
      screen.facing = "user";
      showReady(screen, { trouble: reason });
    }
  } });
  const panel = el("section", { class: "card stage is-video" },
    el("h2", { class: "for-ears" }, _("The camera is open")),
    prompts(screen),
    el("div", { class: "picture" }, preview(stream, screen.facing)),
    el("div", { class: "controls" }, turn, start,
      pictureButton(_("Close the camera"), "close", { class: "round", test: "close-camera", onclick: () => screen.redraw({ fresh: true }) })));
  screen.show(panel, { leave: () => isInUse || closeStream(stream), isTall: true });
}
