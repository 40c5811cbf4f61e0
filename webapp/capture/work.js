/** /capture/?reflection=ID&as=FORMAT: the screen on which a reflection is made, reviewed and handed in. */

import { reflection as reloadReflection, Refused, Unreachable } from "./api.js";
import { watchUnsent } from "./badge.js";
import { conflictPanel, setAside } from "./conflict.js";
import { Draft } from "./draft.js";
import { announce, show } from "./elements.js";
import { loadReflection } from "./entrance.js";
import { continueLink, formatPage, reviewButton, settleFirst } from "./format_page.js";
import { drawBar, isId, main, say, status } from "./frame.js";
import { leaveToOtherWindow, sayElsewhere } from "./other_windows.js";
import { Outbox } from "./outbox.js";
import { Running } from "./running.js";
import { keepSafe } from "./storage.js";
import { openStore } from "./store.js";
import { takeReflection } from "./tabs.js";
import { tellWork } from "./worker.js";
import { _ } from "./words.js";

const RETRY_MS = 10_000;

export async function open(person, query) {
  const id = query.get("reflection");
  drawBar({ title: _("Reflection"), back: "/capture/" });
  if (!isId(id)) return say(_("Nothing to open"), _("The address does not lead to a reflection. Please open it from your list."));
  const store = await openStore(person.id);
  const reflection = await loadReflection(id, store);
  if (!reflection) return undefined;
  drawBar({ title: reflection.title, back: wayBack(reflection) });
  const work = { store, reflection, leaving: new Set(), live: new Running() };
  work.continueLink = () => continueLink(work, () => review(work));
  work.reviewButton = () => reviewButton(() => review(work));
  if (!(await takeReflection(id, () => leaveToOtherWindow(work)))) return sayElsewhere(id);
  return begin(work, query);
}

/** Whoever came from the list goes back to it, everybody else to the reflection's page; that begins with the reflection. */
function wayBack({ id, begun }) {
  const from = document.referrer && new URL(document.referrer);
  const cameFromList = from && from.origin === location.origin && from.pathname === "/capture/";
  return cameFromList || begun === false ? "/capture/" : `/reflections/${id}`;
}

async function begin(work, query) {
  const { reflection, store } = work;
  work.outbox = new Outbox(store);
  work.outbox.addEventListener("change", () => status.set("outbox", work.outbox.state));
  work.outbox.addEventListener("hand-in", ({ detail }) => detail.reflection === reflection.id && showHandIn(work, detail));
  const pressed = await store.handIn(reflection.id);
  work.outbox.resume();
  watchUnsent(work.outbox);
  if (reflection.fromPhone) refreshWhenBack(work);
  if (pressed) return showHandIn(work, pressed);
  work.draft = await Draft.open(reflection, store);
  followDraft(work);
  if (!reflection.open && reflection.begun !== false) return showClosed(work);
  const { draft } = work;
  work.begun = await hasBegun(work);
  const only = reflection.formats.length === 1 ? reflection.formats[0].kind : null;
  const wishes = [query.get("as"), work.begun ? draft.values.format : null, only];
  work.reviewing = query.get("step") === "hand-in";
  addEventListener("popstate", () => review(work, { isReviewing: new URLSearchParams(location.search).get("step") === "hand-in", isNew: false }));
  choose(work, wishes.find((kind) => reflection.formats.some((format) => format.kind === kind)) ?? null, { focus: false });
  if (draft.unsaved.length) draft.save();
  return undefined;
}

function followDraft(work) {
  const { draft, reflection } = work;
  document.querySelector("[data-test=back]").addEventListener("click", settleFirst(draft));
  draft.addEventListener("reflection", ({ detail }) => Object.assign(reflection, detail));
  const tellWhetherAtWork = () => tellWork(work.live.size > 0 || draft.unsaved.length > 0);
  work.live.changed = () => {
    keepSafe();
    tellWhetherAtWork();
  };
  draft.addEventListener("state", () => {
    status.set("draft", draft.state, draft.message);
    if (draft.state === "typing") keepSafe();
    tellWhetherAtWork();
    // The choice between two versions waits until a recording has ended.
    if (work.kind === undefined || work.live.size) return;
    if (Boolean(draft.conflict) !== Boolean(main.querySelector("[data-test=conflict]"))) drawWork(work);
  });
  status.set("draft", draft.state, draft.message);
}

/** A page that opened with what the phone had takes in what was saved from elsewhere as soon as there is an answer. */
async function refreshWhenBack(work) {
  if (work.reflection.begun === false) return;
  for (;;) {
    try {
      const fresh = await reloadReflection(work.reflection.id);
      await work.store.putReflection(fresh);
      if (!work.draft?.closed) work.draft?.join(fresh);
      if (work.reflection.open && !fresh.open && work.draft) showClosed(Object.assign(work, { reflection: fresh }));
      break;
    } catch (reason) {
      if (reason instanceof Refused) break;
      if (!(reason instanceof Unreachable)) throw reason;
      status.set("server", "offline");
      await new Promise((done) => {
        setTimeout(done, RETRY_MS);
        addEventListener("online", done, { once: true });
      });
    }
  }
  status.set("server", null);
  work.draft?.save();
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

/** Opens or leaves the last look before handing in; the browser's own way back leads out of it. */
function review(work, { isReviewing = true, isNew = true } = {}) {
  work.reviewing = isReviewing;
  if (isNew) {
    const address = new URL(location.href);
    if (isReviewing) address.searchParams.set("step", "hand-in");
    else address.searchParams.delete("step");
    history.pushState(null, "", address);
  }
  scrollTo(0, 0);
  drawWork(work, { focus: true });
}

async function drawWork(work, { focus = false } = {}) {
  const { draft, reflection, kind } = work;
  // It was handed in, or another window has it: whatever leads back here, nothing can be typed that nobody keeps.
  if (draft.closed) return undefined;
  work.leaving.forEach((leave) => leave());
  work.leaving.clear();
  main.removeAttribute("aria-busy");
  if (draft.conflict) return show(main, conflictPanel(draft), { focus: true });
  const format = reflection.formats.find((one) => one.kind === kind);
  if (work.reviewing && format) {
    const { handInScreen } = await import("./handing_in.js");
    return show(main, await handInScreen(work, format, { back: () => review(work, { isReviewing: false }), press: (take) => pressHandIn(work, take) }), { focus });
  }
  const page = await formatPage(work, format, (chosen) => choose(work, chosen));
  show(main, page, { focus });
  const aside = await setAside(work.store, reflection.id, draft);
  if (aside && page.isConnected) page.querySelector(".work").append(aside);
  return undefined;
}

/** Keeps the words as they are, then the press; from here on nothing is changed until it is undone. False: no room. */
async function pressHandIn(work, take) {
  const { draft, outbox, reflection } = work;
  await draft.keep();
  if (draft.unsafe) return false;
  draft.close();
  try {
    await outbox.handIn(reflection.id, { take });
  } catch {
    draft.goOn();
    return false;
  }
  tellWork(false);
  keepSafe();
  return true;
}

async function showHandIn(work, news) {
  const { pressedScreen, tellPressed } = await import("./handing_in.js");
  if (news.state === "undone") {
    forgetStep();
    return location.reload();
  }
  status.set("draft", null);
  if (news.state === "done") {
    const { receipt } = news;
    Object.assign(work.reflection, { open: false, state: "submitted", receipt: { ...receipt, handed_in_at: receipt.submitted_at } });
    return showClosed(work);
  }
  main.removeAttribute("aria-busy");
  // What only changes its words keeps its buttons, and the focus on them.
  return tellPressed(main, news) || show(main, pressedScreen(work, news), { focus: true });
}

async function showClosed(work) {
  const { closedScreen } = await import("./receipt_card.js");
  forgetStep();
  main.removeAttribute("aria-busy");
  announce("");
  show(main, closedScreen(work, await setAside(work.store, work.reflection.id)), { focus: true });
}

/** The address leads to the work itself again, also after loading it anew. */
function forgetStep() {
  const address = new URL(location.href);
  address.searchParams.delete("step");
  history.replaceState(null, "", address);
}
