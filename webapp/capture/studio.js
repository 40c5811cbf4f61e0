/** The screen of a podcast or video: record or choose a file, look at it, use it, see it arrive. */

import { closeStream, itemOfFile, openStream, Recording } from "./recorder.js";
import { announce, button, el, fileButton, pictureButton, show } from "./elements.js";
import { drawLevel } from "./level.js";
import { lengthProgress, targetOf } from "./targets.js";
import { takePanel, uploadedPanel } from "./takes.js";
import { _, clock, fill } from "./words.js";

/** Shows the one panel that fits what there is: a recording on the phone, one on the server, or none. */
export function studio(work, { kind, format }) {
  const place = el("div", { class: "screen", test: `studio-${kind}` });
  const screen = { ...work, kind, format, place, redraw };

  async function redraw({ focus = true, fresh = false } = {}) {
    const takes = await work.store.itemsOf(work.reflection.id, "recording");
    const undecided = takes.filter((take) => take.state === "recording" || take.state === "review");
    const take = undecided[0] ?? takes.at(-1);
    const uploaded = currentUpload(work.reflection);
    if (take) show(place, await takePanel(screen, take), { focus });
    else if (uploaded && !fresh) show(place, uploadedPanel(screen, uploaded), { focus });
    else show(place, readyPanel(screen, { hasUploaded: Boolean(uploaded), refusedWords: fresh ? "" : lastRefusal(work.reflection) }), { focus });
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
function readyPanel(screen, { hasUploaded = false, refusedWords = "", facing = "user" } = {}) {
  const isVideo = screen.kind === "video";
  const trouble = el("div", { role: "alert", test: "device-trouble" });
  const start = el("button", { type: "button", class: "record", test: isVideo ? "open-camera" : "record" },
    el("i", { "aria-hidden": "true" }), el("span", {}, isVideo ? _("Open the camera") : _("Record")));
  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const stream = await openStream(screen.kind, facing);
      if (isVideo) show(screen.place, cameraPanel(screen, stream, facing), { focus: true });
      else await record(screen, stream);
    } catch (reason) {
      trouble.replaceChildren(...troubleWords(reason));
      start.disabled = false;
    }
  });
  return el("section", { class: "card stage" },
    el("h2", {}, isVideo ? _("Film your reflection") : _("Record your reflection")),
    el("p", { class: "muted" }, fill(_("Aim for {target}. You can pause, and listen before you send it."), { target: targetOf(screen.format) })),
    refusedWords ? el("p", { class: "notice bad" }, refusedWords) : null,
    el("div", { class: "controls" }, start),
    trouble, fileWays(screen),
    hasUploaded ? el("p", { class: "muted" }, _("The recording you have stays until a new one is ready.")) : null,
    hasUploaded ? button(_("Keep the one I have"), { class: "button quiet", onclick: () => screen.redraw() }) : null);
}

function fileWays(screen) {
  const trouble = el("p", { class: "notice bad", role: "alert", hidden: true });
  async function chosen(file) {
    try {
      await screen.store.putFile(itemOfFile(file, screen.reflection.id), file);
      await screen.redraw();
    } catch {
      trouble.textContent = _("There is not enough space on this phone to keep the file safe until it is sent. Free some space and choose it again.");
      trouble.hidden = false;
    }
  }
  return el("div", { class: "other-way" },
    el("p", { class: "or" }, el("span", {}, _("or"))),
    el("div", { class: "row" },
      fileButton(_("Choose a file"), "file", { test: "file-input", accept: "audio/*,video/*", chosen }),
      screen.kind === "video" ? fileButton(_("Use the camera app"), "camera", { test: "file-capture", accept: "video/*", capture: "user", class: "touch-only", chosen }) : null),
    trouble);
}

/** Camera is open, nothing is recorded yet. */
function cameraPanel(screen, stream, facing) {
  const leave = () => closeStream(stream);
  const panel = el("section", { class: "card stage" },
    el("h2", { class: "for-ears" }, _("The camera is open")),
    preview(stream, facing),
    el("div", { class: "controls" },
      pictureButton(_("Switch between front and back camera"), "turn", { class: "round", test: "switch-camera", onclick: async () => {
        leave();
        const other = facing === "user" ? "environment" : "user";
        try {
          show(screen.place, cameraPanel(screen, await openStream("video", other), other), { focus: true });
        } catch (reason) {
          const back = readyPanel(screen);
          back.querySelector("[role=alert]").replaceChildren(...troubleWords(reason));
          show(screen.place, back, { focus: true });
        }
      } }),
      el("button", { type: "button", class: "record", test: "record", onclick: () => record(screen, stream, facing) }, el("i", { "aria-hidden": "true" }), el("span", {}, _("Record"))),
      pictureButton(_("Close the camera"), "close", { class: "round", test: "close-camera", onclick: () => { leave(); screen.redraw({ fresh: true }); } })));
  screen.leaving.add(leave);
  return panel;
}

function preview(stream, facing) {
  const video = el("video", { class: facing === "user" ? "preview mirrored" : "preview", muted: true, autoplay: true, "aria-label": _("What the camera sees") });
  video.setAttribute("playsinline", "");
  video.srcObject = stream;
  return video;
}

/** While recording. */
async function record(screen, stream, facing) {
  const { kind, format, store, reflection } = screen;
  let recording;
  try {
    recording = await Recording.begin({ store, reflection: reflection.id, kind: kind === "video" ? "video" : "audio", stream, longest: format.seconds?.maximum ?? null });
  } catch (reason) {
    closeStream(stream);
    const panel = readyPanel(screen);
    panel.querySelector("[role=alert]").replaceChildren(...troubleWords(reason));
    show(screen.place, panel, { focus: true });
    return;
  }
  const time = el("p", { class: "time", role: "timer", test: "elapsed" }, clock(0));
  const said = el("p", { class: "said", role: "status", test: "recording-state" });
  const advice = el("p", { class: "muted" });
  const progress = el("progress", { max: 1, value: 0, "aria-label": _("How far the recording is") });
  const quiet = el("p", { class: "notice", role: "status" });
  const level = el("canvas", { class: "level", "aria-hidden": "true" });
  const pause = button(_("Pause"), { class: "button large", test: "pause", onclick: () => (recording.state === "paused" ? recording.resume() : recording.pause()) });
  const stop = button(_("Stop"), { class: "button large danger", test: "stop", onclick: () => { stop.disabled = true; recording.close(); } });

  function tick() {
    const far = lengthProgress(recording.seconds, format.seconds);
    time.textContent = clock(recording.seconds);
    advice.textContent = far.advice;
    progress.hidden = far.share === null;
    progress.value = far.share ?? 0;
  }
  function state() {
    const paused = recording.state === "paused";
    said.textContent = paused ? _("Paused") : _("Recording");
    said.classList.toggle("is-live", !paused);
    pause.querySelector("span").textContent = paused ? _("Go on") : _("Pause");
  }
  const silence = (isSilent) => { quiet.textContent = isSilent ? _("Nothing is heard. Is the microphone covered or turned off?") : ""; };
  const timer = setInterval(tick, 200);
  const stopLevel = drawLevel(stream, level, { isRunning: () => recording.state === "recording", onsilence: silence });
  const warn = (event) => event.preventDefault();
  addEventListener("beforeunload", warn);
  document.body.classList.add("is-recording");
  const leave = () => recording.close();
  screen.leaving.add(leave);
  screen.live.add(recording);
  recording.addEventListener("change", state);
  recording.addEventListener("closed", ({ detail }) => {
    clearInterval(timer);
    stopLevel();
    removeEventListener("beforeunload", warn);
    document.body.classList.remove("is-recording");
    screen.leaving.delete(leave);
    screen.live.delete(recording);
    announce(detail.by === "phone" ? _("The recording was paused by the phone. It is kept.") : _("The recording has stopped. It is kept on this phone."));
    if (screen.place.isConnected) screen.redraw();
  });
  state();
  tick();
  show(screen.place, el("section", { class: "card stage is-recording" },
    el("h2", { class: "for-ears" }, _("Recording")), said, kind === "video" ? preview(stream, facing) : null, time, level, progress, advice, quiet,
    el("div", { class: "controls" }, pause, stop)), { focus: true });
}

/** What is wrong with the microphone or camera, and what to do about it. */
function troubleWords(reason) {
  const words = {
    denied: [_("This page may not use the microphone or camera."), _("Allow it in the settings of the browser (the sign beside the address), then try again. Or choose a file below.")],
    missing: [_("No microphone or camera was found."), _("Connect one and try again. Or choose a file below.")],
    unsupported: [_("This browser cannot record here."), _("Record with the phone's own app and choose the file below.")],
    busy: [_("The microphone or camera did not start."), _("Another app or a call may be using it. Close it and try again. Or choose a file below.")],
  };
  const [what, help] = words[reason.code] ?? words.busy;
  return [el("p", { class: "notice bad" }, el("strong", {}, what), " ", help)];
}
