/** A photo on its way into a post: made smaller on the phone, without the data that phones put into photos, and kept. */

import { newId } from "./api.js";
import { el } from "./elements.js";
import { partOf, WHOLE } from "./framing.js";
import { stripped } from "./strip.js";
import { _ } from "./words.js";

const LARGEST_SIDE = 2048;
const PREVIEW_SIDE = 1280;
const QUALITY = 0.85;
/** The same limit as the server's. */
const LARGEST_BYTES = 40_000_000;

/** The file cannot become a photo; the message is for the person. */
export class Unusable extends Error {}

/** The file that a photo was made from and the part of it that was chosen, for as long as this page is open. */
const origins = new Map();

/** The picture in a file or another blob; null when this browser cannot decode it. */
async function decoded(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** Draws a part of a picture, {left, top, width, height}, no longer or wider than `side`, and lets the picture go. */
function drawn(picture, { left, top, width, height }, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = el("canvas", { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
  const pen = canvas.getContext("2d");
  // JPEG has no transparency: without this a transparent picture would turn black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

/** A smaller copy to look at, for the memory of phones; null when this browser cannot decode the file. */
export async function previewOf(file) {
  const picture = await decoded(file);
  return picture && drawn(picture, partOf(picture, WHOLE), PREVIEW_SIDE);
}

/**
 * Makes a photo small enough to send, and drops everything but the picture: where it was taken, when, and with what.
 *
 * What this browser cannot decode (HEIC, mostly) keeps its size and loses its metadata; throws Unusable for the rest.
 */
export async function reducePhoto(file, crop = WHOLE) {
  const picture = await decoded(file);
  if (!picture) return strippedFile(file);
  const canvas = drawn(picture, partOf(picture, crop), LARGEST_SIDE);
  return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))) ?? strippedFile(file);
}

async function strippedFile(file) {
  if (file.size > LARGEST_BYTES) throw new Unusable(_("This photo is larger than 40 MB. Choose a smaller copy of it."));
  const photo = stripped(new Uint8Array(await file.arrayBuffer()));
  if (!photo) throw new Unusable(_("This is not a photo that can be used. Choose a JPEG, PNG, WebP, HEIC or AVIF."));
  return new Blob([photo.bytes], { type: photo.type });
}

/**
 * Keeps a photo on the phone and returns its id, which is also the media id. It waits in "review" until `outbox.send`;
 * one that no post names yet (after a crash, or shared from another app) gets a post when the screen of posts opens.
 */
export async function keepPhoto(file, { store, reflection }, crop = WHOLE) {
  const photo = await reducePhoto(file, crop);
  const name = (file.name || "photo").replace(/\.[^.]*$/, "");
  const item = {
    id: newId(), reflection: reflection.id, purpose: "photo", kind: "photo", mime: photo.type,
    filename: `${name}.${photo.type.replace("image/", "").replace("jpeg", "jpg")}`,
    state: "review", started_at: Date.now(), seconds: null,
  };
  await store.putFile(item, photo);
  if (photo.type === "image/jpeg") origins.set(item.id, { file, crop });
  return item.id;
}

/** What a photo can be cropped from and the present crop: the file it was made from, else the photo itself; or null. */
export async function originOf(work, id) {
  const origin = origins.get(id);
  if (origin) return origin;
  const { blob, address } = await contentsOf(work, id);
  if (blob) return { file: blob, crop: WHOLE };
  const answer = address ? await fetch(address).catch(() => null) : null;
  return answer?.ok ? { file: await answer.blob(), crop: WHOLE } : null;
}

/** Where a photo's picture is: {blob} on the phone, {address, small} on the server, neither on another device; and its news. */
export async function contentsOf({ store, outbox, reflection }, id) {
  const item = await store.item(id);
  const sent = outbox.news(id);
  const known = sent?.media ?? reflection.media.find((one) => one.id === id);
  const news = sent ?? { state: item?.state ?? known?.state ?? "waiting", message: item?.message ?? known?.message };
  if (item && item.state !== "discarded") return { news, blob: (await store.contents(item)).blob };
  if (known?.state !== "ready") return { news };
  return { news, address: known.urls.playable ?? known.urls.small, small: known.urls.small ?? known.urls.playable };
}

/** An image element of a photo, or null when there is nothing to show here. */
export function imageOf({ blob, small }, properties) {
  if (!blob) return small ? el("img", { src: small, ...properties }) : null;
  const address = URL.createObjectURL(blob);
  return el("img", { src: address, ...properties, onload: () => URL.revokeObjectURL(address) });
}
