/** Draws how loud the microphone hears, as bars that wander to the left, and notices when it hears nothing. */

const STEP_MS = 70;
const BAR = 4;
const GAP = 3;
/** Below this loudness a room with an open microphone is silent; a covered or muted one stays there. */
const SILENT = 0.004;
const SILENT_FOR_MS = 4000;

/** Starts drawing a stream; returns the function that stops it. `onsilence(isSilent)` tells when nothing is heard for a while. */
export function drawLevel(stream, canvas, { isRunning, onsilence }) {
  if (!globalThis.AudioContext) return () => {};
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  analyser.fftSize = 1024;
  sound.createMediaStreamSource(stream).connect(analyser);
  sound.resume().catch(() => {});
  const samples = new Float32Array(analyser.fftSize);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const past = [];
  let heardAt = performance.now();
  let silent = false;

  function loudness() {
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }

  function step() {
    if (!isRunning()) {
      heardAt = performance.now();
      return;
    }
    const loud = loudness();
    if (loud > SILENT) heardAt = performance.now();
    const nowSilent = performance.now() - heardAt > SILENT_FOR_MS;
    if (nowSilent !== silent) onsilence(nowSilent);
    silent = nowSilent;
    // The square root lets quiet speech be seen as well as loud speech.
    past.push(Math.min(1, Math.sqrt(loud) * 1.4));
    paint(canvas, past, still);
  }

  const timer = setInterval(step, still ? STEP_MS * 4 : STEP_MS);
  return () => {
    clearInterval(timer);
    sound.close().catch(() => {});
  };
}

function paint(canvas, past, still) {
  const scale = globalThis.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = getComputedStyle(canvas).color;
  if (still) {
    pen.fillRect(0, height / 4, width * past.at(-1), height / 2);
    past.length = 0;
    return;
  }
  const room = Math.floor(width / (BAR + GAP));
  if (past.length > room) past.splice(0, past.length - room);
  past.forEach((loud, place) => {
    const tall = Math.max(BAR, loud * height);
    pen.beginPath();
    pen.roundRect((room - past.length + place) * (BAR + GAP), (height - tall) / 2, BAR, tall, BAR / 2);
    pen.fill();
  });
}
