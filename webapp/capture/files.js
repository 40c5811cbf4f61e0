/** A file from the phone instead of a recording made here: an equal way in, in every format that phones and laptops make. */

import { newId } from "./api.js";
import { el, fileButton } from "./elements.js";
import { _ } from "./words.js";

/** Some file managers know no types and go by the ending; some know the type and not the ending. */
const SOUNDS = [".m4a", ".mp3", ".aac", ".ogg", ".opus", ".wav", ".amr", ".flac"];
const FILMS = [".mp4", ".mov", ".m4v", ".mkv", ".webm", ".3gp"];
const ACCEPTED = ["audio/*", "video/*", ...SOUNDS, ...FILMS].join(",");

/** The buttons that choose a file or open the phone's camera app. */
export function fileWays(screen) {
  const trouble = el("p", { class: "notice bad", role: "alert", test: "file-trouble", hidden: true });
  async function chosen(file) {
    const reason = await keep(screen, file);
    trouble.textContent = reason;
    trouble.hidden = !reason;
    if (!reason) await screen.redraw();
  }
  return el("div", { class: "other-way" },
    el("p", { class: "or" }, el("span", {}, _("or"))),
    el("div", { class: "row" },
      fileButton(_("Choose a file"), "file", { test: "file-input", accept: ACCEPTED, chosen }),
      screen.kind === "video" ? fileButton(_("Use the camera app"), "camera", { test: "file-capture", accept: "video/*", capture: "user", class: "touch-only", chosen }) : null),
    el("p", { class: "muted help" }, _("From the phone's own recorder, the camera or a laptop: M4A, MP3, WAV, MP4, MOV and many more.")),
    trouble);
}

/** Puts a chosen file on the phone's disk as a take; gives the words about what went wrong, or nothing. */
async function keep(screen, file) {
  if (!file.size) return _("This file is empty. If it lies in a cloud, download it to this phone first.");
  try {
    await screen.store.putFile(itemOfFile(file, screen.reflection.id), file);
    return "";
  } catch (reason) {
    if (reason.name === "NotReadableError" || reason.name === "NotFoundError") return _("This file cannot be read. If it lies in a cloud, download it to this phone first.");
    return _("There is not enough space on this phone to keep the file safe until it is sent. Free some space and choose it again.");
  }
}

/** Tells sound and film from everything else, by the ending where the other app named no type. */
export const isRecording = ({ name, type }) => /^(audio|video)\//.test(type) || (!/^image\//.test(type) && [...SOUNDS, ...FILMS].includes(endingOf(name)));

const endingOf = (name) => /\.\w+$/.exec(name)?.[0].toLowerCase() ?? "";

/** Makes an item of a file that the person chose, ready to be looked at before it is sent. */
export function itemOfFile(file, reflection) {
  const isFilm = file.type.startsWith("video/") || (!file.type.startsWith("audio/") && FILMS.includes(endingOf(file.name)));
  return {
    id: newId(), reflection, purpose: "recording", kind: isFilm ? "video" : "audio", mime: file.type, filename: file.name || "recording", state: "review",
    started_at: Date.now(), seconds: null, chosen: true, closed_by: "person",
  };
}
