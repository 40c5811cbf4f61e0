/** /capture/?reflection=ID&as=FORMAT: loads a reflection and shows the screen on which it is made. */

import { reflection as reloadReflection, Unreachable } from "./api.js";
import { chooser, formatName } from "./chooser.js";
import { conflictPanel, setAside } from "./conflict.js";
import { Draft } from "./draft.js";
import { button, el, icon, show } from "./elements.js";
import { loadReflection, whoIsHere } from "./entrance.js";
import { drawBar, isId, main, say, status } from "./frame.js";
import { Outbox } from "./outbox.js";
import { postsScreen } from "./posts.js";
import { openStore } from "./store.js";
import { studio } from "./studio.js";
import { askForReflection, takeReflection } from "./tabs.js";
import { targetOf } from "./targets.js";
import { _, loadWords } from "./words.js";
import { writtenScreen } from "./writer.js";

const RETRY_MS = 10_000;

async function start() {
  // Without a service worker (an old browser, no TLS) everything works but opening this page without a network.
  navigator.serviceWorker?.register("/sw.js", { scope: "/capture/" }).catch(() => {});
  const query = new URLSearchParams(location.search);
  const id = query.get("reflection") ?? "";
  const { person, problem } = await whoIsHere();
  await loadWords(person?.language ?? navigator.language.slice(0, 2));
  drawBar(id, "");
  if (!person) return problem();
  if (!isId(id)) return say(_("Nothing to open"), _("The address does not lead to a reflection. Please open it from your list."));
  const store = await openStore(person.id);
  const reflection = await loadReflection(id, store);
  if (!reflection) return undefined;
  drawBar(id, reflection.title);
  const work = { store, reflection, leaving: new Set(), live: new Set() };
  work.continueLink = () => continueLink(work);
  if (!(await takeReflection(id, () => leaveToOtherWindow(work)))) return sayElsewhere(id);
  return open(work, query.get("as"));
}

async function open(work, wish) {
  const { reflection, store } = work;
  work.outbox = new Outbox(store);
  work.outbox.addEventListener("change", () => status.set("outbox", work.outbox.state));
  work.outbox.resume();
  work.draft = await Draft.open(reflection, store);
  const { draft } = work;
  document.querySelector("[data-test=back]").addEventListener("click", settleFirst(draft));
  draft.addEventListener("reflection", ({ detail }) => Object.assign(reflection, detail));
  draft.addEventListener("state", () => {
    status.set("draft", draft.state, draft.message);
    // The choice between two versions waits until a recording has ended.
    if (work.kind === undefined || work.live.size) return;
    if (Boolean(draft.conflict) !== Boolean(main.querySelector("[data-test=conflict]"))) drawWork(work);
  });
  status.set("draft", draft.state, draft.message);
  if (!reflection.open) return sayClosed(work);
  const only = reflection.formats.length === 1 ? reflection.formats[0].kind : null;
  work.begun = await hasBegun(work);
  const begun = work.begun ? draft.values.format : null;
  choose(work, [wish, begun, only].find((kind) => reflection.formats.some((format) => format.kind === kind)) ?? null, { focus: false });
  if (draft.unsaved.length) draft.save();
  if (reflection.fromPhone) refreshWhenBack(draft);
  return undefined;
}

/** A page that opened without the server takes in what was saved from elsewhere as soon as there is an answer. */
async function refreshWhenBack(draft) {
  status.set("server", "offline");
  for (;;) {
    try {
      draft.join(await reloadReflection(draft.id));
      break;
    } catch (reason) {
      if (!(reason instanceof Unreachable)) throw reason;
      await new Promise((done) => {
        setTimeout(done, RETRY_MS);
        addEventListener("online", done, { once: true });
      });
    }
  }
  status.set("server", null);
  draft.save();
}

async function hasBegun({ draft, reflection, store }) {
  const { text, posts } = draft.values;
  return Boolean(text || posts.length || reflection.draft.recording || (await store.itemsOf(reflection.id, "recording")).length);
}

/** Opens the screen of a format, or the choice between them (null). */
function choose(work, kind, { focus = true } = {}) {
  work.kind = kind;
  const address = new URL(location.href);
  if (kind) address.searchParams.set("as", kind);
  else address.searchParams.delete("as");
  history.replaceState(null, "", address);
  if (kind && work.draft.values.format !== kind) work.draft.change({ format: kind });
  drawWork(work, { focus });
}

async function drawWork(work, { focus = false } = {}) {
  const { draft, reflection, kind } = work;
  work.leaving.forEach((leave) => leave());
  work.leaving.clear();
  main.removeAttribute("aria-busy");
  if (draft.conflict) return show(main, conflictPanel(draft), { focus: true });
  const format = reflection.formats.find((one) => one.kind === kind);
  const screen = format ? screenOf(work, kind, format) : chooser({ formats: reflection.formats, current: draft.values.format, choose: (chosen) => choose(work, chosen) });
  const page = el("div", { class: "columns" },
    el("aside", { class: "side", "aria-label": _("Help") }, prompts(work)),
    el("div", { class: "work" }, format ? formatLine(work, format) : null, screen));
  show(main, page, { focus });
  const aside = await setAside(work.store, reflection.id);
  if (aside && page.isConnected) page.querySelector(".work").append(aside);
  return undefined;
}

function screenOf(work, kind, format) {
  if (kind === "written") return writtenScreen({ ...work, format });
  if (kind === "posts") return postsScreen({ ...work, format });
  return studio(work, { kind, format });
}

function formatLine(work, format) {
  return el("div", { class: "format-line" },
    el("p", {}, el("strong", {}, formatName(format.kind)), " ", el("span", { class: "muted" }, targetOf(format))),
    el("div", { class: "format-tools" },
      languageChoice(work),
      work.reflection.formats.length > 1 ? button(_("Change"), { class: "button quiet", test: "change-format", title: _("Change the format"), onclick: () => choose(work, null) }) : null));
}

/** The language of this piece: what is written in it, and what the transcript listens for. */
function languageChoice({ draft, reflection }) {
  if (reflection.languages.length < 2) return null;
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  return el("select", { test: "language", "aria-label": _("Language of this reflection"), onchange: (event) => draft.change({ language: event.target.value }) },
    reflection.languages.map((code) => el("option", { value: code, selected: code === draft.values.language }, names.of(code))));
}

function prompts({ reflection, begun }) {
  if (!reflection.prompts.length) return null;
  const wide = matchMedia("(min-width: 68rem)").matches;
  return el("details", { class: "card prompts", open: wide || !begun, test: "prompts" },
    el("summary", {}, _("Questions to think about")),
    el("ul", {}, reflection.prompts.map((prompt) => el("li", {}, prompt))));
}

function continueLink({ draft, reflection }) {
  return el("a", { class: "button primary wide", href: `/reflections/${reflection.id}`, test: "continue", onclick: settleFirst(draft) },
    el("span", {}, _("Continue")), icon("next"));
}

/** The next page must show the last words too, so they are saved before it opens, if the server answers in time. */
function settleFirst(draft) {
  return async (event) => {
    if (!draft.unsaved.length || draft.conflict) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    await draft.settle(3000);
    location.assign(href);
  };
}

async function sayClosed({ draft, reflection, store }) {
  say(_("This reflection is handed in"), _("It cannot be changed now."),
    el("a", { class: "button primary", href: `/reflections/${reflection.id}`, test: "continue" }, _("Open it")),
    draft.unsaved.includes("text") ? el("details", { class: "quiet-card" }, el("summary", {}, _("Text on this phone that was not part of it")), el("p", { class: "as-typed" }, draft.values.text)) : null,
    await setAside(store, reflection.id));
}

function sayElsewhere(id) {
  const here = button(_("Go on here"), { class: "button primary", test: "go-on-here", onclick: async () => {
    if (await askForReflection(id)) location.reload();
    else say(_("The other window is busy"), _("A recording may be running there. Stop it or close that window, then load this page again."));
  } });
  say(_("Open in another window"), _("You are working on this reflection in another window. Everything there is saved when you go on here."), here);
}

async function leaveToOtherWindow({ draft, live }) {
  if (live.size) return false;
  await draft?.keep();
  draft?.close();
  say(_("Moved to another window"), _("You went on with this reflection in another window. You can close this one."));
  return true;
}

/** A page that cannot start says so instead of staying empty; the reason goes to the console. */
start().catch((reason) => {
  say(_("This page could not be opened"), reason instanceof DOMException
    ? _("The browser does not let the page keep anything on this device. In a private window that is so; please use an ordinary one.")
    : _("Please load the page again."), button(_("Load again"), { class: "button primary", onclick: () => location.reload() }));
  throw reason;
});
