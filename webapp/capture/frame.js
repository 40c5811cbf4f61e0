/** What is around every screen: the bar with the way back and the state of saving, and pages that are words only. */

import { el, icon, show } from "./elements.js";
import { Status } from "./status.js";
import { _ } from "./words.js";

export const main = document.getElementById("main");
export const status = new Status();
export const isId = (text) => /^[0-9a-f-]{36}$/i.test(text);

export function drawBar(id, title) {
  if (title) document.title = title;
  document.getElementById("bar").replaceChildren(
    el("a", { class: "tool", href: isId(id) ? `/reflections/${id}` : "/", "aria-label": _("Back"), title: _("Back"), test: "back" }, icon("back")),
    el("div", { class: "bar-words" }, el("h1", {}, title || _("Reflection")), status.element));
}

/** Shows a page of words only. */
export function say(title, words, ...more) {
  main.removeAttribute("aria-busy");
  show(main, el("section", { class: "card words-only" }, el("h2", {}, title), el("p", {}, words), ...more));
}
