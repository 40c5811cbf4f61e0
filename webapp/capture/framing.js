/**
 * Which part of a photo is shown: the geometry of cropping; pure.
 *
 * A crop is {shape, zoom, x, y}: one of SHAPES, from 1 (as much as fits) to MOST_ZOOM, and the middle of the part as shares
 * (0 to 1) of the photo's width and height. Sizes are {width, height} in pixels.
 */

export const SHAPES = { original: null, square: 1, portrait: 4 / 5 };
export const MOST_ZOOM = 4;
export const WHOLE = { shape: "original", zoom: 1, x: 0.5, y: 0.5 };

const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

export const ratioOf = (size, { shape }) => SHAPES[shape] ?? size.width / size.height;
export const isWhole = ({ shape, zoom }) => shape === "original" && zoom === 1;

/** The part's width and height, as shares of the photo's. */
function shares(size, crop) {
  const wanted = ratioOf(size, crop) / (size.width / size.height);
  return { width: Math.min(1, wanted) / crop.zoom, height: Math.min(1, 1 / wanted) / crop.zoom };
}

/** The nearest crop that does not reach beyond the photo. */
export function settled(size, crop) {
  const zoomed = { ...crop, zoom: within(crop.zoom, 1, MOST_ZOOM) };
  const { width, height } = shares(size, zoomed);
  return { ...zoomed, x: within(crop.x, width / 2, 1 - width / 2), y: within(crop.y, height / 2, 1 - height / 2) };
}

/** The part of the photo in whole pixels: {left, top, width, height}. */
export function partOf(size, crop) {
  const { x, y, ...rest } = settled(size, crop);
  const share = shares(size, rest);
  const width = within(Math.round(share.width * size.width), 1, size.width);
  const height = within(Math.round(share.height * size.height), 1, size.height);
  return {
    left: within(Math.round(x * size.width - width / 2), 0, size.width - width),
    top: within(Math.round(y * size.height - height / 2), 0, size.height - height),
    width, height,
  };
}

/** The crop after the photo was pulled by shares of the frame; to the right shows what lay further left. */
export function pulled(size, crop, right, down) {
  const { width, height } = shares(size, crop);
  return settled(size, { ...crop, x: crop.x - right * width, y: crop.y - down * height });
}

/** The crop after zooming, with the place at (x, y), shares of the frame, staying where it is. */
export function zoomedAt(size, crop, zoom, { x, y } = { x: 0.5, y: 0.5 }) {
  const next = { ...crop, zoom: within(zoom, 1, MOST_ZOOM) };
  const [before, after] = [shares(size, crop), shares(size, next)];
  return settled(size, { ...next, x: crop.x + (x - 0.5) * (before.width - after.width), y: crop.y + (y - 0.5) * (before.height - after.height) });
}
