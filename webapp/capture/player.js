/**
 * Plays a recording of one or more segments as one: one timeline, one picture of the sound, by mouse, finger and keyboard.
 *
 * Each segment has a media element of its own, so that one goes on where the other ends. Emits "ready" when the length is
 * known, or "unplayable" when this browser cannot play it.
 */

import { el, icon, pictureButton } from "./elements.js";
import { lengthOf } from "./length.js";
import { paintWhole } from "./waveform.js";
import { _, clock, fill } from "./words.js";

const LEAP_SECONDS = 10;
/** Closer than this to the end, playing starts again from the beginning. */
const NEAR = 0.08;

export class Player extends EventTarget {
  /** `parts` are {source: Blob or address, alternate, seconds, peaks} in order; `view` {start, end} is what is shown of them. */
  constructor({ kind, parts, view = null, label = _("Your recording"), poster = null }) {
    super();
    Object.assign(this, { parts, view, playing: false, at: 0, starts: [0], begin: 0, end: 0, whole: 0, peaks: [] });
    this.addresses = parts.map(({ source }) => (source instanceof Blob ? URL.createObjectURL(source) : source));
    this.media = parts.map((part, index) => this.medium(kind, part, index, poster));
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.slider = el("input", { type: "range", class: "seek", min: 0, max: 1, step: 0.1, value: 0, disabled: true, "aria-label": _("Position in the recording"), test: "seek" });
    this.wave = el("div", { class: "wave" }, this.canvas, this.slider);
    this.toggle = pictureButton(_("Play"), "play", { class: "round play", test: "play", onclick: () => (this.playing ? this.pause() : this.play()) });
    this.time = el("span", { class: "player-time", test: "player-time" }, clock(0));
    this.rest = el("span", { class: "player-time" }, "");
    this.element = el("div", { class: `player is-${kind}`, role: "group", "aria-label": label, test: "player" },
      this.media, this.wave,
      el("div", { class: "player-row" }, this.time,
        el("div", { class: "player-buttons" }, this.leaper("leap_back", -LEAP_SECONDS, _("Back 10 seconds")), this.toggle, this.leaper("leap_ahead", LEAP_SECONDS, _("Ahead 10 seconds"))),
        this.rest));
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => this.key(event));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.canvas);
    this.load();
  }

  medium(kind, part, index, poster) {
    const one = el(kind === "video" ? "video" : "audio", { preload: "metadata", hidden: index > 0, tabIndex: -1 });
    if (kind === "video") one.setAttribute("playsinline", "");
    if (poster) one.poster = poster;
    one.addEventListener("ended", () => this.playing && index === this.at && this.next());
    // A call or a headset's button pauses from outside; the button must not go on saying "Pause".
    one.addEventListener("pause", () => this.playing && index === this.at && !one.ended && !this.turning && this.halt());
    one.addEventListener("timeupdate", () => index === this.at && this.look());
    one.src = this.addresses[index];
    return one;
  }

  leaper(picture, seconds, words) {
    const made = pictureButton(words, picture, { class: "round leap", onclick: () => this.seek(this.position + seconds) });
    made.append(el("span", { "aria-hidden": "true" }, String(LEAP_SECONDS)));
    return made;
  }

  async load() {
    try {
      const lengths = await Promise.all(this.media.map((one, index) => lengthOf(one, this.parts[index])));
      this.starts = lengths.map((_length, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
      this.whole = lengths.reduce((sum, length) => sum + length, 0);
      this.lengths = lengths;
    } catch {
      this.element.classList.add("is-unplayable");
      this.dispatchEvent(new Event("unplayable"));
      return;
    }
    const { start = 0, end = null } = this.view ?? {};
    this.view = { start: Math.min(start, this.whole), end: Math.min(end ?? this.whole, this.whole) };
    this.seePeaks();
    Object.assign(this.slider, { min: this.view.start, max: this.view.end, disabled: !this.whole });
    this.limit(this.view.start, this.view.end);
    this.seek(this.view.start);
    this.dispatchEvent(new Event("ready"));
  }

  /** Takes in the bars of the parts; a part without them is a quiet line as long as it is. */
  seePeaks() {
    this.peaks = this.parts.flatMap(({ peaks }, index) => (peaks?.length ? peaks : new Array(Math.round(this.lengths[index] * 10)).fill(0)));
    this.draw();
  }

  get position() {
    return this.starts[this.at] + this.media[this.at].currentTime;
  }

  /** Plays only between these seconds from now on; the timeline stays as it is. */
  limit(begin, end) {
    Object.assign(this, { begin, end });
    this.draw();
  }

  /** Goes to a second of the whole recording, also into another segment. */
  seek(seconds) {
    const { start, end } = this.view ?? { start: 0, end: this.whole };
    const goal = Math.min(Math.max(seconds, start), Math.max(start, end - 0.01));
    const index = Math.max(0, this.starts.findLastIndex((one) => one <= goal));
    this.turnTo(index, goal - this.starts[index]);
    this.draw();
  }

  turnTo(index, offset) {
    const goesOn = this.playing && index !== this.at;
    if (index !== this.at) {
      this.turning = true;
      this.media[this.at].pause();
      this.media[this.at].hidden = true;
      this.at = index;
      this.media[index].hidden = false;
    }
    this.media[index].currentTime = offset;
    if (goesOn) this.run();
  }

  play({ from = null } = {}) {
    const place = from ?? this.position;
    if (from !== null || place >= this.end - NEAR || place < this.begin - NEAR) this.seek(from ?? this.begin);
    this.playing = true;
    this.say();
    this.run();
    this.step();
  }

  run() {
    this.media[this.at].play().then(() => { this.turning = false; }, (reason) => reason.name !== "AbortError" && this.halt());
  }

  pause() {
    this.halt();
    this.media[this.at].pause();
  }

  rewind() {
    this.pause();
    this.seek(this.begin);
  }

  halt() {
    this.playing = false;
    this.say();
    this.draw();
  }

  next() {
    if (this.at + 1 < this.media.length) this.turnTo(this.at + 1, 0);
    else this.rewind();
  }

  /** Draws smoothly while it plays; `look` alone comes too seldom for the eye. */
  step() {
    if (!this.playing || !this.element.isConnected) return;
    this.look();
    requestAnimationFrame(() => this.step());
  }

  look() {
    if (this.playing && this.end && this.position >= this.end - 0.02 && this.end < this.whole - NEAR) this.rewind();
    else this.draw();
  }

  key(event) {
    const step = this.view.end - this.view.start < 30 ? 1 : 5;
    const ways = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step };
    if (event.key in ways) this.seek(this.position + ways[event.key]);
    else if (event.key === " ") this.toggle.click();
    else return;
    event.preventDefault();
  }

  say() {
    const words = this.playing ? _("Pause") : _("Play");
    this.toggle.title = words;
    this.toggle.setAttribute("aria-label", words);
    this.toggle.replaceChildren(icon(this.playing ? "pause" : "play"));
  }

  draw() {
    if (!this.view || !this.whole) return;
    const { start, end } = this.view;
    const length = end - start || 1;
    const share = (seconds) => (seconds - start) / length;
    const shown = this.peaks.slice(Math.floor((start / this.whole) * this.peaks.length), Math.ceil((end / this.whole) * this.peaks.length));
    paintWhole(this.canvas, shown, { played: share(this.position), from: share(this.begin), to: share(this.end) });
    this.wave.style.setProperty("--played", `${100 * Math.min(1, Math.max(0, share(this.position)))}%`);
    this.slider.value = this.position;
    const values = { time: clock(this.position - start + 0.05), length: clock(length) };
    this.slider.setAttribute("aria-valuetext", fill(_("{time} of {length}"), values));
    this.time.textContent = values.time;
    this.rest.textContent = values.length;
  }

  close() {
    this.playing = false;
    this.watch.disconnect();
    this.media.forEach((one) => one.pause());
    this.addresses.forEach((address) => address.startsWith("blob:") && URL.revokeObjectURL(address));
  }
}
