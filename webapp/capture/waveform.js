/** Paints the picture of a sound on a canvas: wandering to the left while it is recorded, or whole. */

const BAR = 3;
const STEP = 5;
const LOWEST = 3;

/** Paints the newest bars at the right edge; `fraction` (0 to 1) is how far the next one has come. */
export function paintLive(canvas, peaks, fraction = 0) {
  const { pen, width, height } = sheet(canvas);
  const room = Math.ceil(width / STEP) + 1;
  const newest = peaks.slice(-room);
  const places = newest.map((peak, index) => [width - (newest.length - index + fraction) * STEP, peak]);
  const first = places.length ? places[0][0] : width;
  // Where nothing was said yet stands a quiet line of dots, so that the picture has its place from the beginning.
  pen.fillStyle = colour(canvas, "--line");
  for (let left = first - STEP; left > -STEP; left -= STEP) bar(pen, left, 0, height);
  pen.fillStyle = colour(canvas, "--primary");
  for (const [left, peak] of places) bar(pen, left, peak, height);
}

/** Paints all of it; `played`, `from` and `to` are shares of the width: what was heard, and what is not cut away. */
export function paintWhole(canvas, peaks, { played = 0, from = 0, to = 1 } = {}) {
  const { pen, width, height } = sheet(canvas);
  const count = Math.max(1, Math.floor(width / STEP));
  const colours = { heard: colour(canvas, "--primary"), ahead: colour(canvas, "--edge"), away: colour(canvas, "--line") };
  for (let index = 0; index < count; index += 1) {
    const share = (index + 0.5) / count;
    pen.fillStyle = share < from || share > to ? colours.away : share < played ? colours.heard : colours.ahead;
    bar(pen, index * STEP + (STEP - BAR) / 2, highest(peaks, index / count, (index + 1) / count), height);
  }
}

function highest(peaks, from, to) {
  const first = Math.floor(from * peaks.length);
  return Math.max(0, ...peaks.slice(first, Math.max(first + 1, Math.floor(to * peaks.length))));
}

function bar(pen, left, peak, height) {
  const tall = Math.max(LOWEST, Math.min(1, peak) * height);
  pen.beginPath();
  if (pen.roundRect) pen.roundRect(left, (height - tall) / 2, BAR, tall, BAR / 2);
  else pen.rect(left, (height - tall) / 2, BAR, tall);
  pen.fill();
}

const colour = (canvas, name) => getComputedStyle(canvas).getPropertyValue(name);

/** An empty sheet in the canvas's size on the screen, sharp on every display. */
function sheet(canvas) {
  const scale = globalThis.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Works out the bars of a chosen file, ten a second; none where the browser cannot decode it. */
export async function peaksOfFile(blob, heightOf) {
  if (blob.size > LARGEST_FILE || !globalThis.OfflineAudioContext) return [];
  try {
    // Few samples are enough for a picture, and an hour of them still fits into a phone's memory.
    const sound = await new OfflineAudioContext(1, 1, PICTURE_RATE).decodeAudioData(await blob.arrayBuffer());
    const samples = sound.getChannelData(0);
    const step = PICTURE_RATE / 10;
    return Array.from({ length: Math.ceil(samples.length / step) }, (_nothing, index) => heightOf(samples.subarray(index * step, (index + 1) * step)));
  } catch {
    return [];
  }
}

const LARGEST_FILE = 50_000_000;
const PICTURE_RATE = 8000;
