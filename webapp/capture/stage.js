/** Parts of the recorder's stage that stand there before and while something is recorded. */

import { el } from "./elements.js";
import { _ } from "./words.js";

export function preview(stream, facing) {
  const video = el("video", { class: facing === "user" ? "preview mirrored" : "preview", muted: true, autoplay: true, "aria-label": _("What the camera sees") });
  video.setAttribute("playsinline", "");
  video.srcObject = stream;
  return video;
}

/** Narrow screens have no room for the questions beside the recorder, so they stand in it. */
export function prompts({ reflection, facts }) {
  if (!reflection.prompts.length) return null;
  const fold = el("details", { class: "stage-prompts", open: facts.promptsOpen ?? true, test: "stage-prompts" },
    el("summary", {}, _("Questions to think about")),
    el("ul", {}, reflection.prompts.map((prompt) => el("li", {}, prompt))));
  fold.addEventListener("toggle", () => { facts.promptsOpen = fold.open; });
  return fold;
}
