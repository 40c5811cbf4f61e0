/** /capture/?shared=ID: where does it belong, what another app has shared? It becomes part of a draft, or evidence. */

import { newId } from "./api.js";
import { button, el, icon } from "./elements.js";
import { loadWork } from "./entrance.js";
import { isRecording, itemOfFile } from "./files.js";
import { drawBar, main, say } from "./frame.js";
import { keepPhoto, reducePhoto, Unusable } from "./photo.js";
import { forgetShared, forgetSharedFile, sharedFiles } from "./shared_files.js";
import { fit } from "./shortcut.js";
import { openStore } from "./store.js";
import { _, fill, size } from "./words.js";

const toHome = () => el("a", { class: "button primary", href: "/capture/" }, _("All reflections"));

export async function open(person, query) {
  const id = query.get("shared");
  drawBar({ title: _("Shared with CIM"), back: "/capture/" });
  const store = await openStore(person.id);
  const files = await sharedFiles(id, store);
  if (!files.length) return say(_("Nothing to add"), _("What was shared is not on this phone: it has found its place already, or there was no space for it. Please share it again."), toHome());
  const previews = new Map(files.map((file) => [file, preview(file)]));
  const share = { store, previews, photos: files.filter(isPhoto), recording: files.find(isRecording) ?? null };
  const reflections = await loadWork(store, await store.reflections());
  const ways = [...(await recordingWays(share, reflections)), ...(await photoWays(share, reflections))];
  if (!ways.length) {
    return say(_("Nothing it could belong to"), _("None of your open reflections takes such a file. It stays here; open the app again when an activity is done."), toHome(), without(id));
  }
  main.removeAttribute("aria-busy");
  return main.replaceChildren(el("section", { class: "pieces", test: "share" },
    el("h2", {}, _("Where does it belong?")),
    el("ul", { class: "shared-files" }, [...previews.values()]),
    el("ul", {}, ways),
    el("p", { class: "notice bad", role: "alert", id: "share-trouble", hidden: true }),
    without(id)));
}

const without = (id) => button(_("Do without it"), { class: "button quiet", test: "forget-share", onclick: async () => {
  await forgetShared(id);
  location.replace("/capture/");
} }, "remove");

const isPhoto = (file) => file.type.startsWith("image/");

function preview(file) {
  const picture = isPhoto(file) ? el("img", { src: URL.createObjectURL(file), alt: "" }) : el("span", { class: "piece-picture" }, icon(file.type.startsWith("video/") ? "video" : "podcast"));
  // Not every browser can show a HEIC photo; its name says what it is.
  picture.addEventListener("error", () => picture.replaceWith(el("span", { class: "piece-picture" }, icon("posts"))));
  return el("li", {}, picture, el("span", { class: "muted" }, fill(_("{file}, {size}"), { file: file.name, size: size(file.size) })));
}

async function recordingWays(share, reflections) {
  if (!share.recording) return [];
  const kinds = share.recording.type.startsWith("video/") ? ["video", "podcast"] : ["podcast"];
  return (await fit(reflections, kinds, share.store)).map(({ reflection, as }) =>
    way(fill(_("As the recording of “{title}”"), reflection), "podcast", async () => {
      await place(share, [share.recording], (file) => share.store.putFile(itemOfFile(file, reflection.id), file));
      location.replace(`/capture/?reflection=${reflection.id}&as=${as}`);
    }));
}

async function photoWays(share, reflections) {
  const { photos, store } = share;
  if (!photos.length) return [];
  const posts = (await fit(reflections, ["posts"], store)).map(({ reflection, as }) =>
    way(fill(_("As posts of “{title}”"), reflection), "posts", async () => {
      await place(share, photos, (photo) => keepPhoto(photo, { store, reflection }));
      location.replace(`/capture/?reflection=${reflection.id}&as=${as}`);
    }));
  const activities = reflections.filter(({ activity, open, begun }) => activity && (open || begun === false)).map(({ activity, title }) =>
    way(fill(_("As evidence for “{title}”"), { title }), "file", async () => {
      await place(share, photos, (photo) => keepEvidence(photo, activity, store));
      location.replace("/capture/?outbox");
    }));
  return [...posts, ...activities];
}

async function keepEvidence(photo, activity, store) {
  const reduced = await reducePhoto(photo);
  await store.putFile({
    id: newId(), activity, purpose: "evidence", kind: "evidence", mime: reduced.type, filename: photo.name, state: "sending",
    started_at: Date.now(), seconds: null,
  }, reduced);
}

/** Keeps files one after the other; each leaves the share at once, so that nothing is kept twice when a later one fails. */
async function place({ previews }, files, keep) {
  while (files.length) {
    await keep(files[0]);
    const file = files.shift();
    previews.get(file).remove();
    await forgetSharedFile(file);
  }
}

function way(words, picture, take) {
  const choice = el("button", { type: "button", class: "piece card", test: "share-way", onclick: async () => {
    choice.disabled = true;
    try {
      await take();
    } catch (reason) {
      const trouble = document.getElementById("share-trouble");
      trouble.textContent = reason instanceof Unusable ? reason.message : _("There is not enough space on this phone. Free some space and try again.");
      trouble.hidden = false;
      choice.disabled = false;
    }
  } }, el("span", { class: "piece-picture" }, icon(picture)), el("span", { class: "piece-words" }, el("strong", {}, words)), icon("next"));
  return el("li", {}, choice);
}
