/** What a segment of a take is: its container and name, how a take ends with it and goes on with a new one, what it holds. */

/** The item when one of its segments has ended; what the phone interrupted stays open for going on. */
export function ended(item, segment, { by, seconds, isEmpty }) {
  const segments = item.segments
    .filter((one) => !(isEmpty && one.id === segment && item.segments.length > 1))
    .map((one) => (one.id === segment ? { ...one, closed: true, closed_by: by, seconds } : one));
  const total = segments.reduce((sum, one) => sum + (one.seconds || 0), 0);
  return { ...item, segments, seconds: total, closed_by: by, state: by === "phone" || by === "crash" ? "recording" : "review" };
}

/** Puts a new segment at the end of a take; what was cut off at the end before is not the end any more. */
export function goOn(store, item, segment) {
  return store.editItem(item.id, (one) => ({
    ...one, state: "recording", closed_by: null, trim: one.trim?.start ? { start: one.trim.start, end: null } : null, segments: [...one.segments, segment],
  }));
}

/** Chooses a container; Safari gets mp4 first, because its webm came late and its mp4 plays everywhere. */
export function containerFor(kind) {
  const webm = kind === "video" ? ["video/webm;codecs=vp8,opus", "video/webm"] : ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
  const mp4 = kind === "video" ? ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/mp4"] : ["audio/mp4;codecs=mp4a.40.2", "audio/mp4"];
  const isSafari = /Apple/.test(navigator.vendor);
  return (isSafari ? [...mp4, ...webm] : [...webm, ...mp4]).find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

export function fileName(kind, mime, now) {
  const at = new Date(now - new Date().getTimezoneOffset() * 60_000).toISOString();
  const ending = mime.includes("mp4") ? (kind === "video" ? "mp4" : "m4a") : mime.includes("ogg") ? "ogg" : "webm";
  return `${kind}-${at.slice(0, 10)}-${at.slice(11, 16).replace(":", "")}.${ending}`;
}

/**
 * Reads a take with the contents of its segments: {take, parts: [{source, seconds, peaks}]}. A crash leaves its last
 * segment open: it ends where its slices end, and one without any slice is forgotten. What cannot be read is left out,
 * and stays as it is; it throws when that is all of it.
 */
export async function wholeTake(store, take) {
  let settled = take;
  let trouble = null;
  const parts = [];
  for (const segment of take.segments) {
    const contents = await store.contents(segment).catch((reason) => { trouble = reason; });
    if (!contents) continue;
    const { blob, seconds, peaks } = contents;
    if (!segment.closed) {
      const ends = (item) => ended(item, segment.id, { by: "crash", seconds, isEmpty: !blob.size });
      // A full phone cannot write this down; what was recorded is there all the same.
      settled = (await store.editItem(take.id, ends).catch(() => null)) ?? ends(settled);
    }
    if (blob.size) parts.push({ source: blob, seconds: segment.seconds || seconds, peaks: peaks.length ? peaks : segment.peaks ?? [] });
  }
  if (trouble && !parts.length) throw trouble;
  return { take: settled, parts };
}
