/** Records from the microphone and camera; every slice is on the phone's disk before anything else happens to it. */

import { newId } from "./api.js";

const SLICE_MS = 1000;
const AUDIO_BITS = 48_000;
const VIDEO_BITS = 1_200_000;
/** Cameras mute for an instant when they refocus; a call or a lock lasts longer. */
const MUTED_MS = 1000;

/** The microphone or camera cannot be used; `code` is one of unsupported, denied, missing, busy. */
export class DeviceTrouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const CODES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };

/** Opens microphone (and camera, "user" or "environment"); a fresh stream for every recording, which iOS needs. */
export async function openStream(kind, facing = "user") {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new DeviceTrouble("unsupported");
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const video = { facingMode: facing, width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 1280 }, frameRate: { ideal: 30 } };
  try {
    return await navigator.mediaDevices.getUserMedia(kind === "video" ? { audio, video } : { audio });
  } catch (reason) {
    throw new DeviceTrouble(CODES[reason.name] ?? "busy");
  }
}

export const closeStream = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** Chooses a container; Safari gets mp4 first, because its webm came late and its mp4 plays everywhere. */
function containerFor(kind) {
  const webm = kind === "video" ? ["video/webm;codecs=vp8,opus", "video/webm"] : ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
  const mp4 = kind === "video" ? ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/mp4"] : ["audio/mp4;codecs=mp4a.40.2", "audio/mp4"];
  const isSafari = /Apple/.test(navigator.vendor);
  return (isSafari ? [...mp4, ...webm] : [...webm, ...mp4]).find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

/** One recording. Emits "change" on pause and resume, and "closed" with {item, by}: person, phone, limit or full. */
export class Recording extends EventTarget {
  /** Starts recording a stream for a reflection; `longest` seconds end it (null: no end). */
  static async begin({ store, reflection, kind, stream, longest = null }) {
    const mime = containerFor(kind);
    const bits = { audioBitsPerSecond: AUDIO_BITS, ...(kind === "video" ? { videoBitsPerSecond: VIDEO_BITS } : {}) };
    const recorder = new MediaRecorder(stream, { ...bits, ...(mime ? { mimeType: mime } : {}) });
    const item = {
      id: newId(), reflection, purpose: "recording", kind, mime: recorder.mimeType || mime, filename: "", state: "recording",
      started_at: Date.now(), seconds: 0,
    };
    item.filename = fileName(item);
    await store.putItem(item);
    return new Recording(store, item, stream, recorder, longest);
  }

  constructor(store, item, stream, recorder, longest) {
    super();
    Object.assign(this, { store, item, stream, recorder, longest });
    this.before = 0;
    this.since = null;
    this.count = 0;
    this.kept = Promise.resolve();
    this.by = null;
    recorder.ondataavailable = (event) => this.keep(event.data);
    recorder.onstart = recorder.onresume = () => this.run();
    recorder.onpause = () => this.rest();
    recorder.onerror = () => this.close("phone");
    recorder.onstop = () => this.finish();
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.close("phone"));
      track.addEventListener("mute", () => setTimeout(() => track.muted && this.close("phone"), MUTED_MS));
    }
    // What was said until the phone was locked must be on the disk, in case the page never wakes up again.
    this.flush = () => document.visibilityState === "hidden" && recorder.state !== "inactive" && recorder.requestData();
    this.relight = () => document.visibilityState === "visible" && this.stayAwake();
    document.addEventListener("visibilitychange", this.flush);
    document.addEventListener("visibilitychange", this.relight);
    recorder.start(SLICE_MS);
    this.stayAwake();
    this.clock = setInterval(() => this.longest && this.seconds >= this.longest && this.close("limit"), 250);
  }

  get state() {
    return this.recorder.state;
  }

  /** How long the recording is now, without its pauses. */
  get seconds() {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }

  pause() {
    if (this.state === "recording") this.recorder.pause();
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
    this.since = performance.now();
    this.dispatchEvent(new Event("change"));
  }

  rest() {
    this.before = this.seconds;
    this.since = null;
    this.dispatchEvent(new Event("change"));
  }

  keep(data) {
    if (!data.size) return;
    const number = this.count;
    const seconds = this.seconds;
    this.count += 1;
    this.kept = this.kept.then(async () => {
      // A recording with a hole cannot be played, so nothing is added after a slice that was lost.
      if (this.full) return;
      try {
        await this.store.putSlice(this.item.id, number, data, seconds);
      } catch {
        this.full = true;
        this.by ??= "full";
        this.close("full");
      }
    });
  }

  async finish() {
    this.rest();
    clearInterval(this.clock);
    document.removeEventListener("visibilitychange", this.flush);
    document.removeEventListener("visibilitychange", this.relight);
    closeStream(this.stream);
    this.light?.release().catch(() => {});
    await this.kept;
    // The browser stops by itself when every track has ended, which is never the person's doing.
    const by = this.by ?? "phone";
    let item = { ...this.item, state: "review", seconds: this.seconds, closed_by: by };
    try {
      item = (await this.store.changeItem(this.item.id, { state: "review", seconds: this.seconds, closed_by: by })) ?? item;
    } catch {
      // On a full disk the slices are there; the next start finds them as a recording that was cut.
    }
    this.dispatchEvent(new CustomEvent("closed", { detail: { item, by } }));
  }

  async stayAwake() {
    try {
      this.light = await navigator.wakeLock?.request("screen");
      if (this.recorder.state === "inactive") this.light?.release();
    } catch {
      // Low battery or an old browser: the recording goes on, only the screen may go dark.
    }
  }
}

/** Makes an item of a file that the person chose, ready to be looked at before it is sent. */
export function itemOfFile(file, reflection) {
  // Some file managers give no type; then the name decides how it is shown here, and the server looks for itself.
  const namedVideo = !file.type && /\.(mp4|mov|m4v|mkv)$/i.test(file.name);
  const kind = file.type.startsWith("video/") || namedVideo ? "video" : "audio";
  return {
    id: newId(), reflection, purpose: "recording", kind, mime: file.type, filename: file.name || "recording", state: "review",
    started_at: Date.now(), seconds: null, chosen: true, closed_by: "person",
  };
}

function fileName(item) {
  const at = new Date(item.started_at - new Date().getTimezoneOffset() * 60_000).toISOString();
  const ending = item.mime.includes("mp4") ? (item.kind === "video" ? "mp4" : "m4a") : item.mime.includes("ogg") ? "ogg" : "webm";
  return `${item.kind}-${at.slice(0, 10)}-${at.slice(11, 16).replace(":", "")}.${ending}`;
}
