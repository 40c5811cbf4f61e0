/** Puts the cards of a list in order by drag: at once with the mouse, after a long press with a finger. */

const LONG_PRESS_MS = 350;
const STILL_PIXELS = 8;
const EDGE_PIXELS = 110;
const FASTEST_PIXELS = 18;
const GLIDE_MS = 160;

/**
 * Cards are the children of `list` that have a `[data-drag]` part; `moved(from, to)` is told their places. While a card
 * is dragged the list is `is-ordering`, so that the cards can be small and all of them in view.
 */
export function orderByDrag(list, moved) {
  let pressed = null;
  let drag = null;
  const cards = () => [...list.children].filter((card) => card.querySelector("[data-drag]"));
  // Where a card belongs, not where it is gliding just now; the list is what its cards are placed in (`position: relative`).
  const topOf = (card) => list.getBoundingClientRect().top + card.offsetTop;
  const middleOf = (card) => topOf(card) + card.offsetHeight / 2;
  const escape = (event) => event.key === "Escape" && drop(false);

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-drag]");
    if (!handle || drag || event.button > 0 || event.target.closest("button, a, input, textarea, label")) return;
    const start = { card: cards().find((card) => card.contains(handle)), pointer: event.pointerId, x: event.clientX, y: event.clientY };
    pressed = { ...start, isMouse: event.pointerType === "mouse" };
    if (!pressed.isMouse) pressed.timer = setTimeout(() => { lift(start); navigator.vibrate?.(12); }, LONG_PRESS_MS);
  });
  list.addEventListener("pointermove", (event) => {
    if (drag?.pointer === event.pointerId) {
      drag.y = event.clientY;
      follow();
    } else if (pressed?.pointer === event.pointerId && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL_PIXELS) {
      const start = pressed;
      release();
      if (start.isMouse) lift({ ...start, y: event.clientY });
    }
  });
  list.addEventListener("pointerup", () => { release(); drop(true); });
  list.addEventListener("pointercancel", () => { release(); drop(false); });
  // A finger that drags must not scroll the page; it must still scroll while nothing is dragged.
  list.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
  list.addEventListener("contextmenu", (event) => (drag || pressed?.timer) && event.preventDefault());

  function release() {
    clearTimeout(pressed?.timer);
    pressed = null;
  }

  function lift({ card, pointer, y }) {
    const place = cards().indexOf(card);
    if (place < 0) return;
    drag = { card, pointer, y, from: place, next: card.nextSibling };
    list.setPointerCapture(pointer);
    list.classList.add("is-ordering");
    card.classList.add("is-dragged");
    // The cards have just become small: the dragged one comes back under the finger, as far as the page reaches.
    scrollBy({ top: middleOf(card) - y, behavior: "instant" });
    addEventListener("keydown", escape);
    follow();
    drag.frame = requestAnimationFrame(scrollAtEdges);
  }

  function follow() {
    const { card, y } = drag;
    const others = cards().filter((one) => one !== card);
    const below = others.find((one) => middleOf(one) > y) ?? null;
    const place = below ?? others.at(-1)?.nextSibling ?? null;
    if (place !== card && place !== card.nextSibling) glide(others, () => list.insertBefore(card, place));
    card.style.translate = `0 ${y - middleOf(card)}px`;
  }

  function scrollAtEdges() {
    if (!drag) return;
    const over = Math.max(0, drag.y - (innerHeight - EDGE_PIXELS)) - Math.max(0, EDGE_PIXELS - drag.y);
    if (over) {
      scrollBy({ top: Math.round((over / EDGE_PIXELS) * FASTEST_PIXELS), behavior: "instant" });
      follow();
    }
    drag.frame = requestAnimationFrame(scrollAtEdges);
  }

  function drop(isMeant) {
    if (!drag) return;
    const { card, from, next, pointer, frame } = drag;
    cancelAnimationFrame(frame);
    removeEventListener("keydown", escape);
    drag = null;
    if (list.hasPointerCapture(pointer)) list.releasePointerCapture(pointer);
    if (!isMeant) list.insertBefore(card, next);
    card.style.translate = "";
    card.classList.remove("is-dragged");
    list.classList.remove("is-ordering");
    const to = cards().indexOf(card);
    card.scrollIntoView({ block: "nearest", behavior: "instant" });
    if (to !== from) moved(from, to);
  }
}

/** Lets the cards slide to where a change puts them. */
function glide(cards, change) {
  const before = cards.map((card) => card.getBoundingClientRect().top);
  change();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  cards.forEach((card, index) => {
    const way = before[index] - card.getBoundingClientRect().top;
    if (way) card.animate([{ translate: `0 ${way}px` }, { translate: "0 0" }], { duration: GLIDE_MS, easing: "ease-out" });
  });
}
