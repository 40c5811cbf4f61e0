/** /capture/?outbox: everything that is only on this phone, how far it is, and what the person can do about it. */

import { signInAddress } from "./api.js";
import { watchUnsent } from "./badge.js";
import { announce, ask, button, el, icon } from "./elements.js";
import { drawBar, main, status } from "./frame.js";
import { Outbox } from "./outbox.js";
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
  const empty = el("section", { class: "card words-only", test: "outbox-empty" },
    el("h2", {}, _("Everything is sent")), el("p", {}, _("Nothing is only on this phone.")));
  const retry = button(_("Try again now"), { class: "button primary", test: "retry", onclick: () => { outbox.wake(); announce(_("Trying again")); } }, "turn");
  const answered = el("p", { class: "muted small", test: "last-answer" });

  async function draw() {
    const waiting = await outbox.waiting();
    const present = new Set(waiting.map(keyOf));
    for (const [key, { element }] of rows) {
      if (present.has(key)) continue;
      element.remove();
      rows.delete(key);
    }
    for (const row of waiting) {
      if (!rows.has(keyOf(row))) rows.set(keyOf(row), rowOf(row, outbox, draw));
      const shown = rows.get(keyOf(row));
      shown.tell(row);
      list.append(shown.element);
    }
    empty.hidden = Boolean(waiting.length);
    list.hidden = !waiting.length;
    retry.hidden = !waiting.some(({ state }) => WAITING.has(state));
    status.set("outbox", outbox.state);
    const at = await outbox.lastAnswer();
    answered.textContent = at ? fill(_("The server answered last: {time}"), { time: moment(at) }) : _("The server has not answered yet.");
  }

  main.removeAttribute("aria-busy");
  main.replaceChildren(el("div", { class: "home" },
    el("p", { class: "muted" }, _("All of this stays on this phone until the server has confirmed that every byte has arrived.")),
    list, empty, el("div", { class: "row" }, retry), answered));
  outbox.addEventListener("change", draw);
  outbox.addEventListener("hand-in", draw);
  watchUnsent(outbox);
  await outbox.resume();
  await draw();
}

const keyOf = ({ id, what }) => `${what} ${id}`;

/** One thing; its parts stay the same while its numbers change, so that nobody loses the place. */
function rowOf(row, outbox, draw) {
  const where = el("p", { class: "muted", test: "outbox-state" });
  const amount = el("span", { class: "muted" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": fill(_("How much of {what} has been sent"), { what: whatWords(row) }) });
  const signIn = el("a", { class: "button", href: signInAddress(), hidden: true }, _("Sign in"));
  const element = el("li", { class: "card outbox-row", test: "outbox-row" },
    el("div", { class: "outbox-head" }, el("h2", {}, whatWords(row)), amount),
    row.title ? el("p", {}, row.title) : null, where, bar,
    el("div", { class: "row" }, signIn, openLink(row), takeAway(row, outbox, draw)));

  function tell(now) {
    const words = whereWords(now);
    if (where.textContent !== words) where.textContent = words;
    amount.textContent = now.size ? size(now.size) : "";
    bar.hidden = now.state !== "sending" || !now.size;
    bar.value = now.size ? now.sent / now.size : 0;
    signIn.hidden = now.state !== "signed_out";
    element.dataset.state = now.state;
  }
  return { element, tell };
}

function openLink({ reflection, activity }) {
  const href = reflection ? `/capture/?reflection=${reflection}` : activity && `/activities/${activity}`;
  return href ? el("a", { class: "button", href, test: "outbox-open" }, el("span", {}, _("Open")), icon("next")) : null;
}

/** A hand-in is undone; files are thrown away after a question; words are only changed where they are written. */
function takeAway(row, outbox, draw) {
  if (row.what === "text") return null;
  if (row.what === "hand-in") return button(_("Undo"), { class: "button quiet", test: "undo-hand-in", onclick: async () => { await outbox.undoHandIn(row.reflection); draw(); } }, "undo");
  return button(_("Discard"), { class: "button quiet", test: "outbox-discard", onclick: async () => {
    const sure = await ask({ title: _("Discard this?"), words: _("It is only on this phone and cannot be brought back."), yes: _("Discard"), no: _("Keep it") });
    if (!sure) return;
    await outbox.discard(row.id);
    draw();
  } }, "remove");
}
