/** Listens to a microphone: how loud it is now, whether the sound is cut off at the top, and whether nothing is heard. */

/** Below this loudness a room with an open microphone is silent; a covered or muted one stays there. */
export const SILENT = 0.004;
/** At this height the top of the sound wave is cut off. */
export const CLIPPED = 0.985;
const SILENT_FOR_MS = 4000;
const CLIPPED_WITHIN_MS = 2000;
/** A single click at the top is no harm; speech that is cut off is cut off again and again. */
const CLIPS = 3;
const STEP_SECONDS = 0.1;

/** The height of a bar for some samples; the square root lets quiet speech be seen as well as loud speech. */
export const heightOf = (samples) => Math.min(1, Math.sqrt(loudnessOf(samples)) * 1.4);

export const loudnessOf = (samples) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / (samples.length || 1));

export const peakOf = (samples) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

export class Ear {
  constructor(stream) {
    this.heardAt = performance.now();
    this.clips = [];
    if (!globalThis.AudioContext || !stream.getAudioTracks().length) return;
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    // Enough samples for one step at every usual rate, so that no sound falls between two looks.
    this.analyser.fftSize = 8192;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.context.resume().catch(() => {});
    this.samples = new Float32Array(this.analyser.fftSize);
    this.step = Math.min(this.samples.length, Math.round(this.context.sampleRate * STEP_SECONDS));
  }

  /** Hears the last tenth of a second: {loud, peak, height}; all 0 where the browser lets nobody listen. */
  hear() {
    if (!this.analyser) return { loud: 0, peak: 0, height: 0 };
    this.analyser.getFloatTimeDomainData(this.samples);
    const last = this.samples.subarray(-this.step);
    const heard = { loud: loudnessOf(last), peak: peakOf(last), height: heightOf(last) };
    const now = performance.now();
    if (heard.loud > SILENT) this.heardAt = now;
    this.clips = this.clips.filter((at) => now - at < CLIPPED_WITHIN_MS);
    if (heard.peak > CLIPPED) this.clips.push(now);
    return heard;
  }

  /** Starts the watch for silence anew, for example after a pause. */
  rest() {
    this.heardAt = performance.now();
  }

  get isSilent() {
    return this.context?.state === "running" && performance.now() - this.heardAt > SILENT_FOR_MS;
  }

  get isClipped() {
    return this.clips.length >= CLIPS;
  }

  close() {
    this.context?.close().catch(() => {});
  }
}

/** Collects the heights of a recording, ten a second, and hands them over piece by piece. */
export class Peaks {
  constructor() {
    this.all = [];
    this.handed = 0;
  }

  /** Those since the last piece; a hidden page's clock is slow, so gaps repeat the last one. */
  upTo(seconds) {
    const wanted = Math.max(this.handed, Math.round(seconds * 10));
    while (this.all.length < wanted) this.all.push(this.all.at(-1) ?? 0);
    const piece = this.all.slice(this.handed, wanted).map((height) => Math.round(height * 100) / 100);
    this.handed = wanted;
    return piece;
  }
}
