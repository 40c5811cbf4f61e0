/** The posts as others will see them: one beside the other, to be swiped through or turned with arrows. */

import { button, el, pictureButton } from "./elements.js";
import { contentsOf, imageOf } from "./photo.js";
import { _, fill } from "./words.js";

/** Shows the posts that have something in them. */
export function showFeed(work, posts) {
  let at = 0;
  const slides = posts.map((post, place) => slideOf(work, post, fill(_("Post {number} of {count}"), { number: place + 1, count: posts.length })));
  const track = el("ol", { class: "feed-track", "aria-label": _("Your posts"), test: "feed", onscroll: scrolled }, slides);
  const dots = posts.map(() => el("i"));
  const place = el("p", { class: "feed-place", role: "status", test: "feed-place" });
  const previous = pictureButton(_("Previous post"), "back", { class: "tool feed-arrow", test: "feed-previous", onclick: () => turnTo(at - 1) });
  const next = pictureButton(_("Next post"), "back", { class: "tool feed-arrow is-next", test: "feed-next", onclick: () => turnTo(at + 1) });
  const dialog = el("dialog", { class: "question feed-dialog", "aria-labelledby": "feed-title", onkeydown: pressed },
    el("div", { class: "feed-top" }, el("h2", { id: "feed-title" }, work.reflection.title), pictureButton(_("Close"), "close", { class: "tool", test: "feed-close", onclick: () => dialog.close() })),
    track,
    el("div", { class: "feed-bar" }, previous, el("div", {}, el("div", { class: "dots", "aria-hidden": "true" }, dots), place), next),
    button(_("Go on editing"), { class: "button wide", onclick: () => dialog.close() }));

  function pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    turnTo(at + step);
  }

  function turnTo(wanted) {
    const slide = slides[wanted];
    if (!slide) return;
    track.scrollTo({ left: slide.offsetLeft, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
    tell(wanted);
  }

  function scrolled() {
    const middle = track.scrollLeft + track.clientWidth / 2;
    const seen = slides.findIndex((slide) => slide.offsetLeft + slide.offsetWidth > middle);
    if (seen >= 0 && track.scrollLeft % track.clientWidth < 2) tell(seen);
  }

  function tell(now) {
    at = now;
    dots.forEach((dot, index) => dot.classList.toggle("is-here", index === at));
    place.textContent = fill(_("Post {number} of {count}"), { number: at + 1, count: posts.length });
    previous.disabled = at === 0;
    next.disabled = at === posts.length - 1;
  }

  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  slides[0].focus({ preventScroll: true });
  tell(0);
}

function slideOf(work, post, label) {
  const picture = el("div", { class: "feed-picture" }, el("p", { class: "muted" }, _("No photo yet")));
  showPicture(work, post, picture);
  return el("li", { class: "feed-post", tabIndex: 0, "aria-label": label },
    picture,
    post.caption.trim() ? el("p", { class: "as-typed", lang: work.draft.values.language ?? "" }, post.caption) : el("p", { class: "muted" }, _("No caption yet")),
    post.photo ? el("p", { class: "feed-alt" }, el("span", { "aria-hidden": "true" }, _("ALT")), " ", post.alt_text.trim() || _("No description yet for those who cannot see the photo")) : null);
}

async function showPicture(work, post, picture) {
  if (!post.photo) return;
  const image = imageOf(await contentsOf(work, post.photo), { alt: post.alt_text || _("The photo of this post"), onerror: unseen });
  function unseen() {
    picture.replaceChildren(el("p", { class: "muted" }, _("The photo cannot be shown on this phone yet.")));
  }
  if (image) picture.replaceChildren(image);
  else unseen();
}
