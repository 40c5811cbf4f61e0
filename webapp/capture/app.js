/** /capture/: finds out who is here, and opens the screen that the address asks for. */

import { checkPerson, watchPerson, whoIsHere } from "./entrance.js";
import { button, el } from "./elements.js";
import { drawBar, main, say, status } from "./frame.js";
import { signInAddress } from "./api.js";
import { watchInstall } from "./installable.js";
import { keepsNothing } from "./store_trouble.js";
import { isAtWork, registerWorker } from "./worker.js";
import { _, loadWords } from "./words.js";

/** Screens are loaded when they are needed: most visits see the first one only. */
const SCREENS = {
  reflection: () => import("./work.js"),
  outbox: () => import("./waiting_list.js"),
  shared: () => import("./share.js"),
  do: () => import("./shortcut.js"),
};

async function start() {
  watchInstall();
  const query = new URLSearchParams(location.search);
  const asked = Object.keys(SCREENS).find((name) => query.has(name));
  const loading = (SCREENS[asked] ?? (() => import("./home.js")))();
  const { person, problem, isSure } = await whoIsHere();
  await loadWords(person?.language ?? navigator.language.slice(0, 2), { first: !asked });
  linkManifest();
  if (!person) {
    drawBar({ title: _("Reflections") });
    problem();
  } else {
    if (!isSure) checkPerson(person, leaveSignedOut);
    watchPerson(person);
    await (await loading).open(person, query);
  }
  // The shell is loaded for later when this page has all it needs.
  requestIdleCallback?.(registerWorker, { timeout: 3000 });
}

/** Browsers ask for the manifest without cookies, so that its language stands in its address. */
function linkManifest() {
  document.head.append(el("link", { rel: "manifest", href: `/manifest.webmanifest?language=${document.documentElement.lang}` }));
}

/** The server knows nobody here any more. Whoever is in the middle of something is told, and not interrupted. */
function leaveSignedOut(problem) {
  status.set("server", "signed_out");
  if (isAtWork()) return;
  drawBar({ title: _("Reflections") });
  problem();
}

/** A page that cannot start says so instead of staying empty; the reason goes to the console. */
start().catch((reason) => {
  main.removeAttribute("aria-busy");
  say(_("This page could not be opened"), reason instanceof DOMException ? keepsNothing(reason) : _("Please load the page again."),
  button(_("Load again"), { class: "button primary", onclick: () => location.reload() }),
  el("a", { class: "button", href: signInAddress() }, _("Sign in")));
  throw reason;
});
