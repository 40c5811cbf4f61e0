/**
 * Takes everything but the picture out of a photo that this browser cannot decode, before its bytes leave the phone; pure.
 *
 * What may stay is listed, never what must go: a block that nobody here knows (a place, a maker's note, a film beside the
 * photo) goes too. A file that is built otherwise than its format says gives null and is not sent.
 */

import { isHeif, stripHeif } from "./strip_heif.js";

const ascii = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Returns {bytes, type} of a photo without its metadata; null for everything that is no JPEG, PNG, WebP, HEIC or AVIF. */
export function stripped(bytes) {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return { bytes: join(jpegParts(bytes)), type: "image/jpeg" };
    if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return { bytes: join(pngParts(bytes)), type: "image/png" };
    if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return { bytes: webp(bytes), type: "image/webp" };
    if (isHeif(bytes)) return { bytes: stripHeif(bytes), type: ascii(bytes, 8, 4).startsWith("avi") ? "image/avif" : "image/heic" };
  } catch (reason) {
    if (!(reason instanceof RangeError)) throw reason;
  }
  return null;
}

/** A file is built otherwise than its format says; also what DataView throws when it is cut off. */
const broken = () => new RangeError("not built as its format says");

function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// JPEG: segments behind markers; the picture itself follows each "start of scan" until the next marker.

const START_OF_SCAN = 0xda;
const END = 0xd9;
const isRestart = (marker) => marker >= 0xd0 && marker <= 0xd7;
/** Frames, tables, scans and restart intervals; of the application's segments only those that say how colours are meant. */
const isPicture = (marker) => (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= START_OF_SCAN && marker <= 0xdf);

function jpegParts(bytes) {
  const parts = [bytes.subarray(0, 2)];
  let hasScan = false;
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || at + 2 > bytes.length) throw broken();
    if (marker === END) break;
    const end = at + 2 + view(bytes).getUint16(at + 2);
    if (end > bytes.length || end < at + 4) throw broken();
    if (marker === 0xe1) parts.push(...orientation(bytes.subarray(at + 4, end)));
    else if (isPicture(marker) || saysColours(bytes, marker, at + 4, end)) parts.push(bytes.subarray(at, end));
    at = end;
    if (marker !== START_OF_SCAN) continue;
    hasScan = true;
    at = endOfScan(bytes, end);
    parts.push(bytes.subarray(end, at));
  }
  if (!hasScan) throw broken();
  // What stands behind the end of the picture (a second photo, a film) is left out.
  return [...parts, new Uint8Array([0xff, END])];
}

function saysColours(bytes, marker, at, end) {
  if (marker === 0xe2) return ascii(bytes, at, 12) === "ICC_PROFILE\0";
  return marker === 0xee && ascii(bytes, at, 5) === "Adobe" && end - at === 12;
}

function endOfScan(bytes, start) {
  for (let at = bytes.indexOf(0xff, start); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  throw broken();
}

/** Which way up the photo is: all that is kept of its Exif block, in a block made anew. */
function orientation(block) {
  if (ascii(block, 0, 6) !== "Exif\0\0" || block.length < 16) return [];
  const tiff = block.subarray(6);
  const isLittle = ascii(tiff, 0, 2) === "II";
  const data = view(tiff);
  const first = data.getUint32(4, isLittle);
  if (first + 2 > tiff.length) return [];
  const count = Math.min(data.getUint16(first, isLittle), 200);
  for (let entry = first + 2; entry < first + 2 + 12 * count && entry + 12 <= tiff.length; entry += 12) {
    const turned = data.getUint16(entry + 8, isLittle);
    if (data.getUint16(entry, isLittle) === 0x0112 && turned >= 1 && turned <= 8) return [exifWith(turned)];
  }
  return [];
}

const exifWith = (turned) => new Uint8Array([
  0xff, 0xe1, 0, 34, ...[..."Exif\0\0MM\0*"].map((letter) => letter.charCodeAt(0)),
  0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0,
]);

// PNG: chunks of length, name, data and checksum.

const PNG_CHUNKS = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "cICP"]);

function pngParts(bytes) {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; ;) {
    const end = at + 12 + view(bytes).getUint32(at);
    const name = ascii(bytes, at + 4, 4);
    if (end > bytes.length) throw broken();
    if (PNG_CHUNKS.has(name)) parts.push(bytes.subarray(at, end));
    if (name === "IEND") return parts;
    at = end;
  }
}

// WebP: a RIFF file of chunks; the first one of the extended kind says in flags which others there are.

const WEBP_CHUNKS = new Set(["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"]);
const EXIF_AND_XMP = 0x08 | 0x04;

function webp(bytes) {
  const parts = [bytes.slice(0, 12)];
  const last = Math.min(bytes.length, 8 + view(bytes).getUint32(4, true));
  for (let at = 12; at + 8 <= last;) {
    const size = view(bytes).getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) throw broken();
    const name = ascii(bytes, at, 4);
    if (WEBP_CHUNKS.has(name)) parts.push(bytes.slice(at, end));
    if (name === "VP8X") parts.at(-1)[8] &= ~EXIF_AND_XMP;
    at = end;
  }
  if (parts.length < 2) throw broken();
  const whole = join(parts);
  view(whole).setUint32(4, whole.length - 8, true);
  return whole;
}
