/** What is around every screen: the bar with the way back and the state of saving, and pages that are words only. */

import { el, icon, show } from "./elements.js";
import { Status } from "./status.js";
import { _ } from "./words.js";

export const main = document.getElementById("main");
export const status = new Status();
export const isId = (text) => /^[0-9a-f-]{36}$/i.test(text);

/** Where "back" leads: `back` while there is a network, home without one. */
export function drawBar({ title, back = "" }) {
  document.title = `${title} – CIM`;
  const link = back && el("a", { class: "tool", href: back, "aria-label": _("Back"), title: _("Back"), test: "back" }, icon("back"));
  document.getElementById("bar").replaceChildren(
    ...(link ? [link] : [el("img", { class: "brand", src: new URL("icon.svg", import.meta.url).pathname, alt: "" })]),
    el("div", { class: "bar-words" }, el("h1", {}, title), status.element),
    el("a", { class: "badge", href: "/capture/?outbox", id: "badge", test: "badge", hidden: true }));
  if (!link || back.startsWith("/capture/")) return;
  const lead = () => { link.href = navigator.onLine ? back : "/capture/"; };
  addEventListener("online", lead);
  addEventListener("offline", lead);
  lead();
}

/** Shows a page of words only. */
export function say(title, words, ...more) {
  main.removeAttribute("aria-busy");
  show(main, el("section", { class: "card words-only" }, el("h2", {}, title), el("p", {}, words), ...more));
}
