/** Says before recording how long this phone has room for, when that is less than may be recorded. */

import { el } from "./elements.js";
import { _, plural } from "./words.js";

/** Bytes of one second, a little more than the recorder is told to make. */
const A_SECOND = { audio: 8_000, video: 190_000 };
const USUAL_SECONDS = 900;

/** A note that shows itself when it has something to say; browsers that tell nothing are believed. */
export function roomNote(kind, limits) {
  const note = el("p", { class: "notice", test: "little-room", hidden: true });
  navigator.storage?.estimate?.().then(({ quota, usage }) => {
    const seconds = (quota - usage) / A_SECOND[kind];
    if (!(seconds < (limits?.maximum ?? USUAL_SECONDS))) return;
    note.textContent = plural(Math.floor(seconds / 60),
      _("This phone has room for about {count} minute. Remove films, photos or apps that you do not need to make more."),
      _("This phone has room for about {count} minutes. Remove films, photos or apps that you do not need to make more."));
    note.hidden = false;
  }, () => {});
  return note;
}
