/** /capture/?outbox: everything that is only on this phone, how far it is, and what the person can do about it. */

import { signInAddress } from "./api.js";
import { watchUnsent } from "./badge.js";
import { announce, ask, button, el, icon } from "./elements.js";
import { drawBar, main, status } from "./frame.js";
import { Outbox } from "./outbox.js";
import { sendAgain } from "./sending.js";
import { openStore } from "./store.js";
import { whatWords, whereWords } from "./unsent_words.js";
import { _, fill, moment, size } from "./words.js";

const WAITING = new Set(["waiting", "sending", "offline", "preparing"]);

export async function open(person) {
  drawBar({ title: _("Not sent yet"), back: "/capture/" });
  const store = await openStore(person.id);
  const outbox = new Outbox(store);
  const rows = new Map();
  const list = el("ul", { class: "outbox", "aria-label": _("Not sent yet") });
  const empty = el("section", { class: "card words-only", test: "outbox-empty", hidden: true },
    el("h2", {}, _("Everything is sent")), el("p", {}, _("Nothing is only on this phone.")));
  const retry = button(_("Try again now"), { class: "button primary", test: "retry", onclick: () => { outbox.wake(); announce(_("Trying again")); } }, "turn");
  const answered = el("p", { class: "muted small", test: "last-answer" });

  async function drawNow() {
    const waiting = await outbox.waiting();
    const taken = await takenReflections();
    const present = new Set(waiting.map(keyOf));
    for (const [key, { element }] of rows) {
      if (present.has(key)) continue;
      element.remove();
      rows.delete(key);
    }
    for (const row of waiting) {
      if (!rows.has(keyOf(row))) rows.set(keyOf(row), rowOf(row, outbox, draw));
      const shown = rows.get(keyOf(row));
      shown.tell(row, taken);
      list.append(shown.element);
    }
    empty.hidden = Boolean(waiting.length);
    list.hidden = !waiting.length;
    retry.hidden = !waiting.some(({ state }) => WAITING.has(state));
    status.set("outbox", outbox.state);
    const at = await outbox.lastAnswer();
    answered.textContent = at ? fill(_("The server answered last: {time}"), { time: moment(at) }) : _("The server has not answered yet.");
  }

  // One after the other: what was read earlier must never be drawn over what was read later.
  let drawn = Promise.resolve();
  const draw = () => (drawn = drawn.then(drawNow, drawNow));

  main.removeAttribute("aria-busy");
  main.replaceChildren(el("div", { class: "home" },
    el("p", { class: "muted" }, _("All of this stays on this phone until the server has confirmed that every byte has arrived.")),
    list, empty, el("div", { class: "row" }, retry), answered));
  outbox.addEventListener("change", draw);
  outbox.addEventListener("hand-in", draw);
  document.addEventListener("visibilitychange", draw);
  watchUnsent(outbox);
  await outbox.resume();
  await draw();
}

const keyOf = ({ id, what }) => `${what} ${id}`;

/** The reflections that another window works on (see tabs.js); none where the browser cannot tell. */
async function takenReflections() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map(({ name }) => name.replace("cim-reflection-", "")));
}

/** Another window may be recording it at this moment. */
const isRecordedElsewhere = (row, taken) => row.state === "recording" && taken.has(row.reflection);

/** One thing; its parts stay the same while its numbers change, so that nobody loses the place. */
function rowOf(row, outbox, draw) {
  const where = el("p", { class: "muted", test: "outbox-state" });
  const amount = el("span", { class: "muted" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": fill(_("How much of {what} has been sent"), { what: whatWords(row) }) });
  const signIn = el("a", { class: "button", href: signInAddress(), hidden: true }, _("Sign in"));
  const again = sendingAgain(row, outbox, draw);
  const away = takeAway(row, outbox, draw);
  const element = el("li", { class: "card outbox-row", test: "outbox-row" },
    el("div", { class: "outbox-head" }, el("h2", {}, whatWords(row)), amount),
    row.title ? el("p", {}, row.title) : null, where, bar,
    el("div", { class: "row" }, signIn, again, openLink(row), away));

  function tell(now, taken) {
    const words = whereWords(now);
    if (where.textContent !== words) where.textContent = words;
    amount.textContent = now.size ? size(now.size) : "";
    bar.hidden = now.state !== "sending" || !now.size;
    bar.value = now.size ? now.sent / now.size : 0;
    signIn.hidden = now.state !== "signed_out";
    again.hidden = now.state !== "refused" || now.what === "hand-in";
    if (away) away.hidden = isRecordedElsewhere(now, taken);
    element.dataset.state = now.state;
  }
  return { element, tell };
}

function openLink({ reflection, activity }) {
  const href = reflection ? `/capture/?reflection=${reflection}` : activity && `/activities/${activity}`;
  return href ? el("a", { class: "button", href, test: "outbox-open" }, el("span", {}, _("Open")), icon("next")) : null;
}

/** What was refused may be taken later: there was no room, or a backup was put back. */
function sendingAgain({ id }, outbox, draw) {
  return button(_("Send again"), { class: "button", test: "send-again", hidden: true, onclick: async () => {
    await sendAgain(outbox, id);
    await draw();
  } }, "turn");
}

/** A hand-in is undone; files are thrown away after a question; words are only changed where they are written. */
function takeAway(row, outbox, draw) {
  if (row.what === "text") return null;
  if (row.what === "hand-in") return button(_("Undo"), { class: "button quiet", test: "undo-hand-in", onclick: async () => { await outbox.undoHandIn(row.reflection); draw(); } }, "undo");
  return button(_("Discard"), { class: "button quiet", test: "outbox-discard", onclick: async () => {
    const sure = await ask({ title: _("Discard this?"), words: _("It is only on this phone and cannot be brought back."), yes: _("Discard"), no: _("Keep it") });
    const item = await outbox.store.item(row.id);
    const isElsewhere = item && isRecordedElsewhere(item, await takenReflections());
    if (!sure || isElsewhere) return draw();
    await outbox.discard(row.id);
    draw();
  } }, "remove");
}
