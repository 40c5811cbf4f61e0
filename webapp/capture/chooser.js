/** The choice between writing, a podcast, a video and posts, each with what is expected. */

import { el, icon } from "./elements.js";
import { targetOf } from "./targets.js";
import { _ } from "./words.js";

export const PICTURES = { written: "write", podcast: "podcast", video: "video", posts: "posts" };

export function formatName(kind) {
  switch (kind) {
    case "written": return _("Write");
    case "podcast": return _("Podcast");
    case "video": return _("Video");
    default: return _("Posts");
  }
}

/** Asks for the format; `choose(kind)` is called with the answer. */
export function chooser({ formats, current, choose }) {
  return el("section", { class: "screen" },
    el("h2", {}, _("How would you like to tell it?")),
    el("p", { class: "muted" }, _("You can change your mind later. What you have made stays.")),
    el("div", { class: "choices" }, formats.map((format) =>
      el("button", { type: "button", class: "choice", test: `format-${format.kind}`, "aria-current": format.kind === current ? "true" : null, onclick: () => choose(format.kind) },
        el("span", { class: "choice-picture" }, icon(PICTURES[format.kind])),
        el("span", { class: "choice-words" }, el("strong", {}, formatName(format.kind)), el("span", { class: "muted" }, targetOf(format)))))));
}
