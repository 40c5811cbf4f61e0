/** Help with installing the application: a button where the browser offers it, a picture and words on an iPhone. */

import { button, el, icon } from "./elements.js";
import { canInstall, install, offer } from "./installable.js";
import { _ } from "./words.js";

const NOT_NOW = "cim.capture.not-now";
const NOT_NOW_MS = 14 * 86_400_000;

const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

/** A card that is empty and hidden where there is nothing to say. */
export function installCard() {
  const card = el("section", { class: "card install", test: "install", hidden: true });
  const draw = () => {
    const help = isInstalled() || isPutOff() ? [] : canInstall() ? byButton() : isApple() ? byHand() : [];
    card.hidden = !help.length;
    card.replaceChildren(...help, ...(help.length ? [button(_("Not now"), { class: "button quiet", test: "not-now", onclick: () => { putOff(); draw(); } })] : []));
  };
  offer.addEventListener("change", draw);
  draw();
  return card;
}

function byButton() {
  return [
    el("h2", {}, _("Install as an app")),
    el("p", {}, _("It opens without a network, has its own icon, and your work is kept more safely.")),
    button(_("Install"), { class: "button primary", test: "install-now", onclick: install }, "save"),
  ];
}

function byHand() {
  return [
    el("h2", {}, _("Put it on your home screen")),
    el("ol", { class: "steps" },
      el("li", {}, icon("share"), el("span", {}, _("Tap Share in the bar of the browser."))),
      el("li", {}, icon("add"), el("span", {}, _("Choose “Add to Home Screen”."))),
      el("li", {}, icon("check"), el("span", {}, _("Open the app from its new icon and sign in there.")))),
    el("p", { class: "notice" }, _("Without this, an iPhone may clear work that is not sent yet after seven days in which you do not open the page.")),
  ];
}

const isPutOff = () => Date.now() - Number(localStorage.getItem(NOT_NOW) ?? 0) < NOT_NOW_MS;
const putOff = () => localStorage.setItem(NOT_NOW, String(Date.now()));
