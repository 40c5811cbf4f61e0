/** Finds out how long a recording is that does not carry its length, as those made in a browser do not. */

const FOUND_OUT_MS = 2500;

/** The length of a media element in seconds, tried at its end where it is not said; rejects when it cannot be played. */
export function lengthOf(media, { seconds, alternate }) {
  return new Promise((done, failed) => {
    const known = () => {
      if (!Number.isFinite(media.duration)) return;
      media.currentTime = 0;
      done(media.duration);
    };
    media.addEventListener("error", () => {
      if (!alternate || media.src.endsWith(alternate)) failed(media.error);
      else media.src = alternate;
    });
    media.addEventListener("durationchange", known);
    media.addEventListener("loadedmetadata", () => {
      if (!Number.isFinite(media.duration)) media.currentTime = 1e7;
      // A player that cannot find out must not stay without its buttons.
      setTimeout(() => done(seconds || 0), FOUND_OUT_MS);
    });
  });
}
