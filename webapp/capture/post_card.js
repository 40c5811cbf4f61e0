/** One post of the series: its photo, its caption and the words for those who cannot see the photo. */

import { button, el, fileButton, icon, pictureButton } from "./elements.js";
import { contentsOf, imageOf } from "./photo.js";
import { _, fill, number } from "./words.js";

// Without the endings, pickers that do not know these kinds would grey out the photos of many phones.
const ACCEPTED = "image/*,.heic,.heif,.avif";

/**
 * Draws a post. `on` has changed(), move(by), remove(), chosen(files), crop(); returns {element, place(at, last), photo()}:
 * `place` tells the card where it stands now, `photo` that it has another photo.
 */
export function postCard(work, post, on) {
  const title = el("h3", {});
  const hint = el("p", { class: "post-hint muted", "aria-hidden": "true" });
  const field = photoField(work, post, on);
  const tools = {
    up: pictureButton("", "up", { class: "tool", test: "move-up", onclick: () => on.move(-1) }),
    down: pictureButton("", "down", { class: "tool", test: "move-down", onclick: () => on.move(1) }),
    remove: pictureButton("", "remove", { class: "tool", test: "remove-post", onclick: () => on.remove() }),
  };
  const caption = words(work, post, "caption", { test: "caption", maxLength: 5000, placeholder: _("What happened here?") }, changed);
  const alt = words(work, post, "alt_text", { test: "alt-text", maxLength: 2000, "aria-describedby": `alt-help-${post.id}` }, changed);

  function changed() {
    tell();
    on.changed();
  }

  function tell() {
    hint.textContent = post.caption;
    alt.classList.toggle("is-wanted", Boolean(post.photo) && !post.alt_text.trim());
    field.describe();
  }

  function place(at, last) {
    const values = { number: at + 1 };
    title.textContent = fill(_("Post {number}"), values);
    field.element.setAttribute("aria-label", fill(_("Photo of post {number}"), values));
    name(tools.up, fill(_("Move post {number} up"), values));
    name(tools.down, fill(_("Move post {number} down"), values));
    name(tools.remove, fill(_("Remove post {number}"), values));
    tools.up.disabled = at === 0;
    tools.down.disabled = at === last;
  }

  const head = el("div", { class: "post-head" }, el("span", { class: "grip", "aria-hidden": "true" }, icon("grip")), title, hint, tools.up, tools.down, tools.remove);
  head.dataset.drag = "";
  head.dataset.test = "drag-handle";
  const element = el("li", { class: "card post", test: "post" }, head, field.element,
    el("div", { class: "post-words" },
      el("label", { for: caption.id, class: "field-label" }, _("Caption")), caption,
      el("label", { for: alt.id, class: "field-label" }, _("Describe the picture for someone who cannot see it")), alt,
      el("p", { class: "muted help", id: `alt-help-${post.id}` }, _("One sentence is enough. For example: Four students cook together in a small kitchen."))));
  element.dataset.post = post.id;
  tell();
  return { element, place, photo: () => { tell(); return field.draw(); }, say: field.say };
}

function name(tool, words) {
  tool.title = words;
  tool.setAttribute("aria-label", words);
}

/** A field of the post for words, checked for spelling in the language of the reflection. */
function words({ draft }, post, field, properties, changed) {
  const element = el("textarea", {
    id: `${field}-${post.id}`, rows: 2, value: post[field], spellcheck: true, autocapitalize: "sentences", lang: draft.values.language ?? "",
    onfocus: () => { element.lang = draft.values.language ?? ""; },
    oninput: () => { post[field] = element.value; changed(); }, ...properties,
  });
  return element;
}

/** The photo's place: the ways to choose one, or the photo with its state. */
function photoField(work, post, on) {
  const frame = el("div", { class: "photo" });
  const state = el("p", { class: "photo-state", role: "status", test: "upload-state" });
  const element = el("div", { class: "photo-field", role: "group" }, frame, state);
  let image = null;
  let shown = null;

  const ways = (again) => el("div", { class: "row photo-ways" },
    again && image ? button(_("Crop"), { class: "button quiet", test: "crop-photo", onclick: on.crop }, "crop") : null,
    fileButton(again ? _("Change photo") : _("Choose photos"), "posts", { test: "photo-input", accept: ACCEPTED, multiple: !again, class: again ? "quiet" : "", chosen: (file, files) => on.chosen(files) }),
    fileButton(_("Take a photo"), "camera", { test: "photo-camera", accept: "image/*", capture: "environment", class: again ? "quiet touch-only" : "touch-only", chosen: (file, files) => on.chosen(files) }),
    again ? null : el("p", { class: "muted help" }, _("Choose several at once, and each gets a post of its own.")));

  async function draw() {
    shown = post.photo;
    if (!post.photo) {
      image = null;
      frame.replaceChildren(ways(false));
      return;
    }
    const contents = await contentsOf(work, post.photo);
    if (shown !== post.photo) return;
    image = imageOf(contents, { alt: "", onerror: () => {
      image.replaceWith(nothing(_("This phone cannot show the photo, but it can be sent.")));
      frame.querySelector("[data-test=crop-photo]").remove();
      image = null;
    } });
    describe();
    frame.replaceChildren(image ?? nothing(_("The photo is on another device and has not arrived yet.")), ways(true));
    tell(contents.news);
  }

  function describe() {
    if (image) image.alt = post.alt_text || _("The photo of this post");
  }

  function tell(news) {
    say(photoWords(news), news.state === "refused");
    // What this browser could not show arrives as a picture that every browser can.
    if (news.state === "ready" && !image && shown === post.photo && !element.dataset.asked) {
      element.dataset.asked = "once";
      draw();
    }
  }

  function say(sentence, isBad = false) {
    if (state.textContent !== sentence) state.textContent = sentence;
    state.classList.toggle("bad", isBad);
  }

  function listen({ detail }) {
    if (detail.id === post.photo) tell(detail);
  }
  work.outbox.addEventListener("change", listen);
  work.leaving?.add(() => work.outbox.removeEventListener("change", listen));
  draw();
  return { element, draw, describe, say };
}

const nothing = (words) => el("p", { class: "muted no-preview" }, words);

function photoWords(news) {
  switch (news.state) {
    case "ready": return _("Photo saved");
    case "refused": return fill(_("The photo could not be used. {reason}"), { reason: news.message ?? "" }).trim();
    case "processing":
    case "sent": return _("Photo sent, being prepared");
    case "offline": return _("The photo waits on this phone for the network");
    case "signed_out": return _("The photo waits on this phone until you sign in");
    case "sending": return news.size ? fill(_("Sending the photo: {percent} %"), { percent: number(Math.round((100 * news.sent) / news.size)) }) : _("Sending the photo");
    default: return _("The photo waits to be sent");
  }
}
