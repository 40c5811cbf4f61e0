/** The screen of the series of posts: photo, caption and picture description of each, their order, and the longer text. */

import { newId } from "./api.js";
import { announce, button, el, pictureButton } from "./elements.js";
import { photoField } from "./photo.js";
import { least } from "./targets.js";
import { _, fill, plural } from "./words.js";
import { textField } from "./writer.js";

const isFilled = (post) => post.photo || post.caption.trim() || post.alt_text.trim();
const emptyPost = () => ({ id: newId(), photo: null, caption: "", alt_text: "" });

export function postsScreen(work) {
  const { draft, format } = work;
  const wanted = least(format.posts);
  const list = el("ol", { class: "posts" });
  const count = el("p", { class: "muted", test: "post-count" });
  const add = button(_("Add a post"), { class: "button wide", test: "add-post", onclick: () => {
    posts.push(emptyPost());
    draw();
    list.lastElementChild.querySelector("textarea").focus();
  } }, "add");
  let posts = [];
  /** The post that was removed last and its place, so that it can come back. */
  let removed = null;

  function load() {
    posts = draft.values.posts.map((post) => ({ ...post }));
    while (posts.length < wanted) posts.push(emptyPost());
    removed = null;
    draw();
  }

  function changed() {
    draft.change({ posts: posts.filter(isFilled).map((post) => ({ ...post })) });
    tell();
  }

  function tell() {
    const filled = posts.filter(isFilled).length;
    count.textContent = filled >= wanted
      ? plural(filled, _("{count} post. A good number."), _("{count} posts. A good number."))
      : fill(_("{count} of at least {goal} posts"), { count: filled, goal: wanted });
    const { maximum } = format.posts ?? {};
    add.hidden = Boolean(maximum) && posts.length >= maximum;
  }

  function move(from, to) {
    const [post] = posts.splice(from, 1);
    posts.splice(to, 0, post);
    changed();
    draw();
    announce(fill(_("Post {from} is now post {to}"), { from: from + 1, to: to + 1 }));
    const card = list.querySelector(`[data-post="${post.id}"]`);
    const wish = card.querySelector(to < from ? "[data-test=move-up]" : "[data-test=move-down]");
    (wish.disabled ? card.querySelector("button:not(:disabled)") : wish).focus();
    card.scrollIntoView({ block: "nearest" });
  }

  function remove(at) {
    const [post] = posts.splice(at, 1);
    removed = isFilled(post) ? { at, post } : null;
    changed();
    draw();
    (list.querySelector("[data-test=undo]") ?? add).focus();
  }

  function undo() {
    posts.splice(removed.at, 0, removed.post);
    const { post } = removed;
    removed = null;
    changed();
    draw();
    list.querySelector(`[data-post="${post.id}"] textarea`).focus();
  }

  function draw() {
    const cards = posts.map((post, place) => postCard(work, { post, place, last: posts.length - 1, changed, move, remove }));
    if (removed) {
      cards.splice(removed.at, 0, el("li", { class: "undo-strip" },
        el("span", { role: "status" }, fill(_("Post {number} was removed."), { number: removed.at + 1 })),
        button(_("Undo"), { class: "button quiet", test: "undo", onclick: undo }, "undo")));
    }
    list.replaceChildren(...cards);
    tell();
  }

  draft.addEventListener("values", () => {
    const now = posts.filter(isFilled);
    if (JSON.stringify(now) !== JSON.stringify(draft.values.posts)) load();
  });
  load();
  return el("section", { class: "screen" },
    el("h2", {}, _("Your posts")), count, list, add,
    format.words ? el("h2", {}, _("The text that goes with them")) : null,
    format.words ? textField({ draft, limits: format.words, label: _("Your text"), hint: _("What do the posts show together? What do you take with you?") }) : null,
    work.continueLink());
}

function postCard(work, { post, place, last, changed, move, remove }) {
  const number = place + 1;
  const { element: photo, redraw } = photoField(work, { post, name: fill(_("Photo of post {number}"), { number }), changed: () => {
    changed();
    alt.classList.toggle("is-wanted", !post.alt_text);
  } });
  const caption = el("textarea", { id: `caption-${post.id}`, test: "caption", rows: 2, maxLength: 5000, value: post.caption, placeholder: _("What happened here?"), oninput: (event) => {
    post.caption = event.target.value;
    changed();
  } });
  const alt = el("textarea", { id: `alt-${post.id}`, test: "alt-text", rows: 2, maxLength: 2000, value: post.alt_text, class: post.photo && !post.alt_text ? "is-wanted" : "", "aria-describedby": `alt-help-${post.id}`, oninput: (event) => {
    post.alt_text = event.target.value;
    alt.classList.toggle("is-wanted", Boolean(post.photo) && !post.alt_text);
    changed();
  } });
  alt.addEventListener("change", redraw);
  const tool = (words, picture, properties) => pictureButton(fill(words, { number }), picture, { class: "tool", ...properties });
  const card = el("li", { class: "card post", test: "post" },
    el("div", { class: "post-head" }, el("h3", {}, fill(_("Post {number}"), { number })),
      tool(_("Move post {number} up"), "up", { test: "move-up", disabled: place === 0, onclick: () => move(place, place - 1) }),
      tool(_("Move post {number} down"), "down", { test: "move-down", disabled: place === last, onclick: () => move(place, place + 1) }),
      tool(_("Remove post {number}"), "remove", { test: "remove-post", onclick: () => remove(place) })),
    photo,
    el("label", { for: caption.id, class: "field-label" }, _("Caption")), caption,
    el("label", { for: alt.id, class: "field-label" }, _("Describe the picture for someone who cannot see it")), alt,
    el("p", { class: "muted help", id: `alt-help-${post.id}` }, _("One sentence is enough. For example: Four students cook together in a small kitchen.")));
  card.dataset.post = post.id;
  return card;
}
