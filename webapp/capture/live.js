/** The screen while a take is being recorded, and while the phone has interrupted it. */

import { announce, button, el, icon } from "./elements.js";
import { closeStream, openStream, troubleWords } from "./device.js";
import { HeardSoFar } from "./heard.js";
import { lengthBar } from "./length_bar.js";
import { levelMeter } from "./microphone.js";
import { Recording } from "./recorder.js";
import { wholeTake } from "./segments.js";
import { preview, prompts } from "./stage.js";
import { lengthProgress } from "./targets.js";
import { paintLive } from "./waveform.js";
import { _, clock, plural } from "./words.js";

const TICK_MS = 200;
const CALM_MS = 1000;

/** Opens the microphone (and camera) anew and goes on with a take; throws DeviceTrouble. */
export async function goOn(screen, take) {
  const stream = await openStream(take.kind, screen.facing);
  await record(screen, stream, take);
}

/** Records a stream: a new take, or the next segment of `take`. Throws what the recorder and the store throw. */
export async function record(screen, stream, take = null) {
  const { kind, format, store, outbox, reflection } = screen;
  const parts = take ? (await wholeTake(store, take)).parts : [];
  const recording = await begin(stream, {
    store, outbox, reflection: reflection.id, kind: take?.kind ?? (kind === "video" ? "video" : "audio"), stream, longest: format.seconds?.maximum ?? null, item: take,
  });
  const stage = new Stage(screen, recording, parts.flatMap(({ peaks }) => peaks));
  screen.show(stage.panel, { leave: () => recording.close(), isTall: true });
  announce(take ? _("The recording goes on.") : _("Recording."));
}

async function begin(stream, facts) {
  try {
    return await Recording.begin(facts);
  } catch (reason) {
    closeStream(stream);
    throw reason;
  }
}

/** What is seen and heard of one running recording. */
class Stage {
  constructor(screen, recording, past) {
    Object.assign(this, { screen, recording, past: past.slice(-300), minute: Math.floor(recording.total / 60) });
    this.isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.said = el("p", { class: "said", test: "recording-state" });
    this.time = el("p", { class: "time", role: "timer", test: "elapsed" }, clock(recording.total));
    this.wave = el("canvas", { class: "live-wave", "aria-hidden": "true" });
    this.meter = levelMeter();
    this.bar = lengthBar(screen.format.seconds);
    this.advice = el("p", { class: "muted advice" });
    this.note = el("p", { class: "notice", role: "status" });
    this.pause = control("pause", _("Pause"), { test: "pause", onclick: () => this.turn() });
    this.stop = control("stop", _("Stop"), { test: "stop", class: "control stop", onclick: () => this.end() });
    this.controls = el("div", { class: "controls" }, this.pause, this.stop);
    this.heard = new HeardSoFar(screen, recording.item.id, { newest: true });
    this.panel = this.build();
    this.begin();
  }

  build() {
    const { recording, screen } = this;
    const isVideo = recording.stream.getVideoTracks().length > 0;
    return el("section", { class: `card stage is-recording${isVideo ? " is-video" : ""}` },
      el("h2", { class: "for-ears" }, _("Recording")),
      prompts(screen),
      el("div", { class: "picture" }, isVideo ? preview(recording.stream, screen.facing) : null, el("div", { class: "clock" }, this.said, this.time)),
      el("div", { class: "sound" }, this.wave, this.meter.element),
      this.bar?.element ?? null, el("div", { class: "stage-words" }, this.advice, this.note), this.controls,
      el("p", { class: "hint" }, _("The space bar pauses and goes on.")), this.heard.element);
  }

  begin() {
    const { recording, screen } = this;
    this.gone = new AbortController();
    const { signal } = this.gone;
    const timer = setInterval(() => this.tick(), TICK_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    recording.addEventListener("change", () => this.draw(), { signal });
    recording.addEventListener("closed", ({ detail }) => this.closed(detail));
    document.body.classList.add("is-recording");
    screen.live.add(recording);
    this.draw();
    this.tick();
    this.paint();
  }

  get isPaused() {
    return this.recording.state === "paused";
  }

  turn() {
    const { isPaused: wasPaused } = this;
    if (wasPaused) this.recording.resume();
    else this.recording.pause();
    announce(wasPaused ? _("The recording goes on.") : _("Paused."));
  }

  end() {
    this.stop.disabled = true;
    this.recording.close();
  }

  /** The space bar does what it does in every recorder, except where it already means something else. */
  key(event) {
    if (event.key !== " " || event.repeat || event.target.closest("button, a, input, select, textarea, summary, dialog")) return;
    event.preventDefault();
    this.turn();
  }

  draw() {
    const { isPaused } = this;
    this.said.textContent = isPaused ? _("Paused") : _("Recording");
    this.said.classList.toggle("is-live", !isPaused);
    this.pause.querySelector("span").textContent = isPaused ? _("Go on") : _("Pause");
    this.pause.querySelector("svg").replaceWith(icon(isPaused ? "record" : "pause"));
    this.pause.classList.toggle("is-paused", isPaused);
  }

  tick() {
    const { recording } = this;
    const { total } = recording;
    this.time.textContent = clock(total);
    this.bar?.set(total);
    set(this.advice, lengthProgress(total, this.screen.format.seconds).advice);
    const isRunning = recording.state === "recording";
    set(this.note, !isRunning ? "" : recording.ear.isSilent ? _("Nothing is heard. Is the microphone covered or turned off?")
      : recording.ear.isClipped ? _("Too loud. Move a little away from the microphone.") : "");
    // The warning takes the place of the advice, so that nothing else on the screen moves.
    this.advice.hidden = Boolean(this.note.textContent);
    const minute = Math.floor(total / 60);
    if (minute > this.minute && isRunning) announce(plural(minute, _("{count} minute"), _("{count} minutes")));
    this.minute = minute;
  }

  /** Draws at the screen's own pace; once a second for people who want things to stand still. */
  paint() {
    if (this.gone.signal.aborted) return;
    const { recording, isStill } = this;
    const isRunning = recording.state === "recording";
    const peaks = this.past.concat(recording.peaks.all.slice(-300));
    const steps = isRunning && recording.since !== null ? Math.min(1, (performance.now() - recording.beatAt) / 100) : 0;
    paintLive(this.wave, peaks, isStill ? 0 : steps);
    this.meter.set(isRunning ? recording.heard : { height: 0, peak: 0 });
    if (isStill) setTimeout(() => this.paint(), CALM_MS);
    else requestAnimationFrame(() => this.paint());
  }

  closed({ item, by }) {
    const { screen, panel, recording } = this;
    this.gone.abort();
    this.heard.close();
    document.body.classList.remove("is-recording");
    screen.live.delete(recording);
    const isInterrupted = by === "phone" && item.seconds > 0;
    announce(isInterrupted ? _("Paused by the phone. What you said is kept.") : _("The recording has stopped. It is kept on this phone."));
    if (!screen.place.isConnected) return;
    if (isInterrupted && panel.isConnected) this.interrupt(item);
    else screen.redraw();
  }

  /** A call or a lock came: one button goes on, with a new segment of the same take. */
  interrupt(item) {
    const { screen } = this;
    const trouble = el("div", { role: "alert", test: "device-trouble" });
    this.said.textContent = _("Paused by the phone. What you said is kept.");
    this.said.classList.remove("is-live");
    this.time.textContent = clock(item.seconds);
    this.note.textContent = "";
    this.advice.hidden = false;
    this.panel.classList.add("is-interrupted");
    const onward = button(_("Go on recording"), { class: "button primary large", test: "go-on-recording", onclick: async () => {
      onward.disabled = true;
      try {
        await goOn(screen, item);
      } catch (reason) {
        trouble.replaceChildren(...troubleWords(reason));
        onward.disabled = false;
        onward.focus();
      }
    } }, "podcast");
    const done = button(_("That was all"), { class: "button quiet", test: "stop", onclick: async () => {
      await screen.store.changeItem(item.id, { state: "review", closed_by: "person" });
      await screen.redraw();
    } });
    this.controls.replaceChildren(onward, done);
    this.controls.before(trouble);
    onward.focus({ preventScroll: true });
    this.panel.scrollIntoView({ block: "start" });
  }
}

const control = (picture, words, properties) =>
  el("button", { type: "button", class: "control", ...properties }, el("i", { "aria-hidden": "true" }, icon(picture)), el("span", {}, words));

/** Changes words only when they differ, so that they are read aloud once. */
function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
