/** Reads items that an earlier version of this page kept: their bytes were one upload with the item's own id. */

/** The item in today's shape. */
export function asItem(item) {
  if (item.segments) return item;
  const { id, mime, filename, size = null, sha256 = null, address = null, seconds = 0, closed_by = null } = item;
  const segment = { id, mime, filename, size, sha256, address, seconds: seconds ?? 0, closed_by, closed: item.state !== "recording", sent: item.state === "sent" };
  return { trim: null, ...item, plain: true, segments: [segment] };
}
