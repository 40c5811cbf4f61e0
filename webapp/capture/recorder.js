/**
 * Records one segment of a take from the microphone and camera; every slice is on the phone's disk before anything else
 * happens to it. A call, a lock or a headset pulled out ends a segment; the take goes on with a new one.
 */

import { newId } from "./api.js";
import { keepAwake } from "./awake.js";
import { closeStream } from "./device.js";
import { Ear, Peaks } from "./level.js";
import { containerFor, ended, fileName, goOn } from "./segments.js";
import { newSegment } from "./store.js";

const SLICE_MS = 1000;
const STEP_MS = 100;
const AUDIO_BITS = 48_000;
const VIDEO_BITS = 1_200_000;
/** Cameras mute for an instant when they refocus; a call or a lock lasts longer. */
const MUTED_MS = 1000;
/** When neither a slice nor the clock came for so long, the whole phone was asleep. */
const SLEPT_MS = 8000;
/** A recorder that gives nothing for so many steps of a running clock records nothing any more. */
const DEAF_STEPS = 80;

/** Records one stream. Emits "change" on pause and resume, and "closed" with {item, by}: person, phone, limit or full. */
export class Recording extends EventTarget {
  /**
   * Starts a take for a reflection, or goes on with `item`; `longest` seconds end it, all segments counted (null: no end).
   * Throws what the store throws when nothing can be kept on this phone.
   */
  static async begin({ store, outbox, reflection, kind, stream, longest = null, item = null }) {
    const mime = containerFor(kind);
    const bits = { audioBitsPerSecond: AUDIO_BITS, ...(kind === "video" ? { videoBitsPerSecond: VIDEO_BITS } : {}) };
    const recorder = new MediaRecorder(stream, { ...bits, ...(mime ? { mimeType: mime } : {}) });
    const now = Date.now();
    const real = recorder.mimeType || mime;
    const segment = newSegment({ mime: real, filename: fileName(kind, real, now) });
    const taken = item ? await goOn(store, item, segment) : {
      id: newId(), reflection, purpose: "recording", kind, filename: segment.filename, state: "recording", started_at: now, seconds: 0, trim: null, segments: [segment],
    };
    if (!item) await store.putItem(taken);
    return new Recording({ store, outbox, item: taken, segment, stream, recorder, longest });
  }

  constructor(parts) {
    super();
    Object.assign(this, parts);
    this.earlier = this.item.segments.reduce((sum, one) => sum + (one.seconds || 0), 0);
    this.before = this.count = this.stored = this.storedSeconds = this.silentSteps = 0;
    this.since = this.by = null;
    this.beatAt = performance.now();
    this.kept = Promise.resolve();
    this.ear = new Ear(this.stream);
    this.peaks = new Peaks();
    this.heard = this.ear.hear();
    this.listen();
    this.light = keepAwake();
    this.start();
  }

  listen() {
    const { recorder, stream } = this;
    const byPhone = () => this.close("phone");
    recorder.ondataavailable = (event) => this.keep(event.data);
    recorder.onstart = recorder.onresume = () => this.run();
    recorder.onpause = () => this.rest();
    recorder.onerror = byPhone;
    recorder.onstop = () => this.finish();
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", byPhone);
      track.addEventListener("mute", () => setTimeout(() => track.muted && byPhone(), MUTED_MS));
    }
    // What was said until the phone was locked must be on the disk, in case the page never wakes up again.
    this.deafTo = new AbortController();
    const { signal } = this.deafTo;
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush(), { signal });
    document.addEventListener("freeze", byPhone, { signal });
    this.clock = setInterval(() => this.step(), STEP_MS);
  }

  /** A call may come while the microphone opens; then there is nothing to record any more. */
  start() {
    try {
      this.recorder.start(SLICE_MS);
    } catch {
      this.by = "phone";
      this.finish();
      return;
    }
    if (this.stream.getTracks().some((track) => track.readyState === "ended")) this.close("phone");
  }

  get state() {
    return this.recorder.state;
  }

  /** How long this segment is now, without its pauses. */
  get seconds() {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  /** How long the take is now, with its earlier segments. */
  get total() {
    return this.earlier + this.seconds;
  }

  pause() {
    if (this.state !== "recording") return;
    this.flush();
    this.recorder.pause();
  }

  resume() {
    if (this.state === "paused") this.recorder.resume();
  }

  /** Ends the recording; it is whole on the disk when "closed" comes. */
  close(by = "person") {
    this.by ??= by;
    this.rest();
    if (this.state !== "inactive") this.recorder.stop();
  }

  run() {
    this.since = this.beatAt = performance.now();
    this.silentSteps = 0;
    this.ear.rest();
    this.dispatchEvent(new Event("change"));
  }

  rest() {
    this.before = this.seconds;
    this.since = null;
    this.dispatchEvent(new Event("change"));
  }

  flush() {
    if (this.state !== "inactive") this.recorder.requestData();
  }

  /** Ten times a second: hears how loud it is, and notices the end of the time, of the sound, and of a sleep. */
  step() {
    this.beat();
    this.heard = this.ear.hear();
    if (this.state !== "recording") return;
    this.silentSteps += 1;
    if (this.since !== null) this.peaks.all.push(this.heard.height);
    if (this.silentSteps > DEAF_STEPS) this.close("phone");
    else if (this.longest && this.total >= this.longest) this.close("limit");
  }

  /** The time that a phone was asleep is no part of the recording. */
  beat() {
    const now = performance.now();
    const gap = now - this.beatAt;
    this.beatAt = now;
    if (this.since === null || gap < SLEPT_MS) return;
    this.since += gap;
    this.close("phone");
  }

  keep(data) {
    this.beat();
    this.silentSteps = 0;
    if (!data.size) return;
    const number = this.count;
    const { seconds } = this;
    const peaks = this.peaks.upTo(seconds);
    this.count += 1;
    this.kept = this.kept.then(async () => {
      // A recording with a hole cannot be played, so nothing is added after a slice that was lost.
      if (this.full) return;
      try {
        await this.store.putSlice(this.segment.id, number, data, seconds, peaks);
      } catch {
        this.full = true;
        this.by = "full";
        this.close();
        return;
      }
      this.stored += 1;
      this.storedSeconds = seconds;
      if (this.stored === 1) this.outbox.begin(this.item.id);
    });
  }

  async finish() {
    this.rest();
    clearInterval(this.clock);
    this.deafTo.abort();
    closeStream(this.stream);
    this.ear.close();
    this.light();
    await this.kept;
    // The browser stops by itself when every track has ended, which is never the person's doing.
    const by = this.by ?? "phone";
    const ends = (item) => ended(item, this.segment.id, { by, seconds: this.full ? this.storedSeconds : this.seconds, isEmpty: this.stored === 0 });
    let item = ends(this.item);
    try {
      item = (await this.store.editItem(this.item.id, ends)) ?? item;
    } catch {
      // On a full disk the slices are there; the next start finds them as a recording that was cut.
    }
    this.dispatchEvent(new CustomEvent("closed", { detail: { item, by } }));
  }
}
