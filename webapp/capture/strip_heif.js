/**
 * Blanks everything but the picture in a HEIC or AVIF file, in place; pure.
 *
 * Such a file is boxes within boxes. "meta" lists the items (tiles, the grid that joins them, thumbnails, Exif, XMP) and
 * where their bytes lie. Nothing is moved, so that all places stay right: what goes becomes zeros, its box a "free" one.
 */

const BRANDS = new Set(["avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif2", "msf1"]);
const PICTURES = new Set(["hvc1", "hev1", "lhv1", "av01", "avc1", "vvc1", "jpeg", "j2k1", "unci", "grid", "iden", "iovl", "tmap"]);
const TOP = new Set(["ftyp", "meta", "mdat"]);
const IN_META = new Set(["hdlr", "pitm", "iinf", "iref", "iprp", "iloc", "idat", "grpl", "dinf"]);
/** Properties of an item that describe it in words, times or ways of a maker's own. */
const TELLING = new Set(["udes", "altt", "crtt", "mdft", "uuid", "xml "]);

const FREE = [..."free"].map((letter) => letter.charCodeAt(0));

const broken = () => new RangeError("not built as its format says");

/** Reads numbers one after the other. */
class Reader {
  constructor(bytes, at, end) {
    Object.assign(this, { data: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, end });
  }

  number(size) {
    if (this.at + size > this.end) throw broken();
    let value = 0;
    for (let left = size; left > 0; left -= 1) value = value * 256 + this.data.getUint8(this.at++);
    return value;
  }

  name() {
    return String.fromCharCode(this.number(1), this.number(1), this.number(1), this.number(1));
  }
}

export function isHeif(bytes) {
  const name = (at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  return name(4) === "ftyp" && BRANDS.has(name(8));
}

/** Returns a copy in which only the picture is left; throws RangeError for a file that is built otherwise. */
export function stripHeif(original) {
  const bytes = original.slice();
  const boxes = boxesIn(bytes, 0, bytes.length);
  const meta = boxes.filter(({ type }) => type === "meta");
  if (meta.length !== 1) throw broken();
  const inside = boxesIn(bytes, meta[0].start + 4, meta[0].end);
  const one = (type) => inside.find((box) => box.type === type);
  if (!one("iinf") || !one("iloc")) throw broken();
  const items = itemsIn(bytes, one("iinf"));
  const extents = places(bytes, one("iloc"));
  const kept = extents.filter(({ item }) => PICTURES.has(items.get(item)));
  const gone = extents.filter(({ item }) => !PICTURES.has(items.get(item)));
  const data = one("idat");
  const media = boxes.filter(({ type }) => type === "mdat");
  const isInside = ({ method, offset, length }) => (method ? data && offset + length <= data.end - data.start : media.some(({ start, end }) => offset >= start && offset + length <= end));
  // A picture that reaches into what must go is damaged, or made to smuggle it out.
  const overlaps = (extent) => gone.some(({ method, offset, length }) => method === extent.method && offset < extent.offset + extent.length && extent.offset < offset + length);
  if (!kept.length || extents.some(({ item }) => !items.has(item)) || !kept.every(isInside) || kept.some(overlaps)) throw broken();
  boxes.filter(({ type }) => !TOP.has(type)).forEach((box) => free(bytes, box));
  inside.filter(({ type }) => !IN_META.has(type)).forEach((box) => free(bytes, box));
  if (one("iprp")) blankProperties(bytes, one("iprp"));
  const inFile = kept.filter(({ method }) => method === 0).map(({ offset, length }) => [offset, offset + length]);
  const inMeta = kept.filter(({ method }) => method === 1).map(({ offset, length }) => [data.start + offset, data.start + offset + length]);
  for (const box of media) blankOutside(bytes, box, inFile);
  if (data) blankOutside(bytes, data, inMeta);
  return bytes;
}

/** The boxes between two places: {type, at, start, end}; `start` is where the content begins. */
function boxesIn(bytes, from, to) {
  const boxes = [];
  for (let at = from; at < to;) {
    const reader = new Reader(bytes, at, to);
    const size = reader.number(4);
    const type = reader.name();
    const length = size === 1 ? reader.number(8) : size || to - at;
    if (at + length > to || reader.at > at + length) throw broken();
    boxes.push({ type, at, start: reader.at, end: at + length });
    at += length;
  }
  return boxes;
}

function free(bytes, { at, start, end }) {
  bytes.set(FREE, at + 4);
  bytes.fill(0, start, end);
}

/** The kind of each item by its id. Their names are blanked, and what is no picture becomes of a kind that readers skip. */
function itemsIn(bytes, box) {
  const reader = new Reader(bytes, box.start, box.end);
  const version = reader.number(1);
  reader.at += 3;
  reader.number(version === 0 ? 2 : 4);
  const found = new Map();
  for (const entry of boxesIn(bytes, reader.at, box.end)) {
    const fields = new Reader(bytes, entry.start, entry.end);
    const kind = fields.number(1);
    fields.at += 3;
    const item = fields.number(kind === 3 ? 4 : 2);
    fields.number(2);
    const name = fields.name();
    if (entry.type !== "infe" || kind < 2 || found.has(item)) throw broken();
    found.set(item, name);
    if (!PICTURES.has(name)) bytes.set(FREE, fields.at - 4);
    bytes.fill(0, fields.at, entry.end);
  }
  return found;
}

/** Where the bytes of the items lie: {item, method (0: in the file, 1: in "idat"), offset, length}. */
function places(bytes, box) {
  const reader = new Reader(bytes, box.start, box.end);
  const version = reader.number(1);
  reader.at += 3;
  const sizes = reader.number(2);
  const [offsets, lengths, bases, indexes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version ? sizes & 15 : 0];
  const found = [];
  for (let left = reader.number(version === 2 ? 4 : 2); left > 0; left -= 1) {
    const item = reader.number(version === 2 ? 4 : 2);
    const method = version ? reader.number(2) & 15 : 0;
    if (reader.number(2) !== 0 || method > 1) throw broken();
    const base = reader.number(bases);
    for (let extents = reader.number(2); extents > 0; extents -= 1) {
      reader.number(indexes);
      const offset = base + reader.number(offsets);
      const length = reader.number(lengths);
      // A length of nothing means "all of it", and then nothing could be taken out.
      if (!length) throw broken();
      found.push({ item, method, offset, length });
    }
  }
  return found;
}

/** Blanks the properties that tell something; their places in the list stay, because items name them by number. */
function blankProperties(bytes, box) {
  for (const list of boxesIn(bytes, box.start, box.end).filter(({ type }) => type === "ipco")) {
    boxesIn(bytes, list.start, list.end).filter(({ type }) => TELLING.has(type)).forEach((property) => free(bytes, property));
  }
}

function blankOutside(bytes, { start, end }, ranges) {
  let at = start;
  for (const [from, to] of ranges.sort(([one], [other]) => one - other)) {
    if (from > at) bytes.fill(0, at, Math.min(from, end));
    at = Math.max(at, to);
  }
  if (at < end) bytes.fill(0, at, end);
}
