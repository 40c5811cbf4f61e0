/** /capture/: what can be gone on with or begun, what waits on this phone, and what this phone can keep. */

import { el, icon } from "./elements.js";
import { firstWork, loadWork } from "./entrance.js";
import { drawBar, main, status } from "./frame.js";
import { lastLook, rememberLook } from "./last_look.js";
import { cardOf, drawCard, noteWaiting } from "./pieces.js";
import { hasStore, NOTHING_SEEN, openStore, storesHere } from "./store.js";
import { keepsNothing } from "./store_trouble.js";
import { _, fill, loadWords, moment, plural, size } from "./words.js";

const SHORTCUTS = [["record", "podcast", () => _("Record")], ["write", "write", () => _("Write")], ["post", "posts", () => _("Post")]];

/** Asked for at once: a phone takes as long for this as the server for its list. */
const stores = storesHere();

export async function open(person, query) {
  drawBar({ title: _("Reflections") });
  const home = { person, query, lists: "", waiting: el("div", { class: "later" }), later: el("div", { class: "later" }) };
  const draw = (reflections, seen) => drawHome(home, listsOf(reflections, seen));
  const look = lastLook(person);
  // On a new phone the server's list is all there is; nobody waits for an empty store to be made.
  const first = !look && !(await hasStore(person.id, stores)) && (await firstWork(person.id));
  if (look) drawHome(home, look);
  else if (first) draw(first, NOTHING_SEEN);
  const store = home.store = await openStore(person.id);
  const seen = await store.seen();
  draw(await loadWork(store, seen.reflections, async (list) => draw(list, await store.seen())), seen);
  // What is on the screen by now stays, whatever fails behind it.
  await addLater(home).catch((reason) => {
    home.waiting.replaceChildren(el("p", { class: "notice bad", role: "alert", test: "home-trouble" }, keepsNothing(reason)));
    console.error(reason);
  });
}

/** The lists of the page, in words: [{title, cards}]. */
function listsOf(reflections, seen) {
  const isBegun = ({ id, begun }) => begun !== false || Boolean(seen.draft(id));
  const open = reflections.filter((one) => (one.open || one.begun === false) && isBegun(one)).sort(byDeadline);
  const unbegun = reflections.filter((one) => !isBegun(one)).sort(byDeadline);
  const handedIn = reflections.filter((one) => !one.open && one.begun !== false).sort(lastFirst);
  return [
    { title: _("Go on with"), isOpen: true, of: open },
    { title: _("To begin"), isOpen: true, of: unbegun },
    { title: _("With the assessors"), isOpen: false, of: handedIn },
  ].filter(({ of }) => of.length).map(({ of, ...list }) => ({ ...list, cards: of.map((one) => cardOf(one, seen)) }));
}

/** Draws the lists; what stands there already is left alone, with whatever finger is just coming down on it. */
function drawHome(home, lists) {
  const words = JSON.stringify(lists);
  if (words === home.lists) return;
  home.lists = words;
  rememberLook(home.person, lists);
  main.removeAttribute("aria-busy");
  main.replaceChildren(el("div", { class: "home", test: "home" },
    wantedPage(home.query.get("wanted")),
    home.waiting,
    lists.some(({ isOpen }) => isOpen) ? shortcuts() : null,
    ...(lists.length ? lists.map(drawList) : [nothing()]),
    el("p", {}, el("a", { class: "button quiet", href: "/", test: "all-pages" }, el("span", {}, _("Activities, comments and certificate")), icon("next"))),
    // Comes last, so that nothing moves when it comes.
    home.later));
  if (home.rows) noteWaiting(main, home.rows);
}

/** The same order with and without a network: what is due first, then by name. */
const byDeadline = (one, other) => (one.deadline ?? "9999").localeCompare(other.deadline ?? "9999") || one.title.localeCompare(other.title);

const lastFirst = (one, other) => (other.receipt?.handed_in_at ?? "").localeCompare(one.receipt?.handed_in_at ?? "");

function shortcuts() {
  return el("nav", { class: "quick", "aria-label": _("Start at once") }, SHORTCUTS.map(([name, picture, words]) =>
    el("a", { class: "quick-way", href: `/capture/?do=${name}`, test: `do-${name}` }, el("span", { class: "quick-picture" }, icon(picture)), el("span", {}, words()))));
}

const drawList = ({ title, cards }) => el("section", { class: "pieces" }, el("h2", {}, title), el("ul", {}, cards.map(drawCard)));

function nothing() {
  return el("section", { class: "card words-only", test: "nothing-here" },
    el("h2", {}, _("Nothing to reflect on yet")),
    el("p", {}, _("As soon as an activity of yours is done, its reflection appears here, and you can work on it without a network.")));
}

/** The way on to a page that did not come because there was no network. */
function wantedPage(address) {
  if (!address?.startsWith("/") || address.startsWith("//")) return null;
  const words = el("p", {}, _("That page needs a network. Here is what works without one."));
  const again = el("a", { class: "button", href: address, test: "wanted" }, _("Try that page again"));
  addEventListener("online", () => { words.textContent = _("The network is back."); });
  return el("section", { class: "notice wanted", role: "status" }, words, again);
}

/** What the first look does not need: sending, the phone's space, installing. */
async function addLater(home) {
  const [{ Outbox }, { watchUnsent }, { storageCard }, { installCard }, { sharedCard }] = await Promise.all([
    import("./outbox.js"), import("./badge.js"), import("./storage.js"), import("./install.js"), import("./shared_files.js"),
    loadWords(home.person.language),
  ]);
  const outbox = new Outbox(home.store);
  const answered = el("p", { class: "muted small", test: "last-answer" });
  home.later.replaceChildren(...(await Promise.all([sharedCard(home.store), installCard(), storageCard()])).filter(Boolean), answered);

  async function tell() {
    const rows = home.rows = await outbox.waiting();
    home.waiting.replaceChildren(...(rows.length ? [waitingCard(rows)] : []));
    noteWaiting(main, rows);
    status.set("outbox", outbox.state);
    const at = await outbox.lastAnswer();
    answered.textContent = at ? fill(_("The server answered last: {time}"), { time: moment(at) }) : "";
  }
  outbox.addEventListener("change", tell);
  outbox.addEventListener("hand-in", tell);
  watchUnsent(outbox);
  await outbox.resume();
  await tell();
}

function waitingCard(rows) {
  const bytes = rows.reduce((sum, row) => sum + Math.max(0, row.size - row.sent), 0);
  return el("a", { class: "card piece waiting-here", href: "/capture/?outbox", test: "to-outbox" },
    el("span", { class: "piece-picture" }, icon("up")),
    el("span", { class: "piece-words" },
      el("strong", {}, plural(rows.length, _("{count} thing waits on this phone"), _("{count} things wait on this phone"))),
      el("span", { class: "muted" }, bytes ? fill(_("{size} to send"), { size: size(bytes) }) : _("See what and why"))),
    icon("next"));
}
