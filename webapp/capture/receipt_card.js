/** What was handed in: the receipt with its checksum, and taking it back while nobody has begun to read. */

import { Refused, takeBack, Unreachable } from "./api.js";
import { announce, ask, button, el, icon } from "./elements.js";
import { isHandedIn } from "./merge.js";
import { exactly, _, fill } from "./words.js";

/** The screen of a reflection that is handed in. */
export function closedScreen({ draft, reflection, store }, aside) {
  const { receipt } = reflection;
  const left = draft?.unsaved.includes("text") ? draft.values.text : "";
  return el("div", { class: "home", test: "closed" },
    el("section", { class: "card words-only done" },
      el("span", { class: "done-sign" }, icon("check")),
      el("h2", {}, headingOf(reflection)),
      receipt ? receiptList(reflection, receipt) : el("p", {}, _("It cannot be changed now.")),
      receipt ? receiptTools(reflection, receipt) : null,
      el("a", { class: "button primary", href: `/reflections/${reflection.id}`, test: "continue" }, el("span", {}, _("Open it")), icon("next")),
      el("a", { class: "button quiet", href: "/capture/" }, _("All reflections")),
      receipt?.may_take_back ? takeBackPart(reflection, store) : null),
    left ? el("details", { class: "card quiet-card" }, el("summary", {}, _("Text on this phone that was not part of it")), el("p", { class: "as-typed" }, left)) : null,
    aside ?? null);
}

function headingOf(reflection) {
  if (!isHandedIn(reflection)) return _("This reflection is closed");
  return reflection.state === "in_assessment" ? _("An assessor is reading it") : _("This reflection is handed in");
}

function receiptList({ title }, { handed_in_at: handedIn, arrived_at: arrived, checksum, version }) {
  const line = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));
  return el("dl", { class: "receipt", test: "receipt" },
    line(_("What"), fill(_("{title}, version {number}"), { title, number: version })),
    line(_("Handed in"), el("time", { dateTime: handedIn }, exactly(handedIn))),
    arrived ? line(_("Arrived on the server"), el("time", { dateTime: arrived }, exactly(arrived))) : null,
    line(_("Checksum (SHA-256)"), el("code", { test: "checksum" }, checksum)));
}

function receiptTools(reflection, receipt) {
  const file = new Blob([receiptText(reflection, receipt)], { type: "text/plain" });
  return el("div", { class: "row" },
    navigator.clipboard ? button(_("Copy the checksum"), { class: "button quiet", test: "copy-checksum", onclick: async () => {
      await navigator.clipboard.writeText(receipt.checksum);
      announce(_("Copied"));
    } }) : null,
    el("a", { class: "button quiet", href: URL.createObjectURL(file), download: _("receipt.txt"), test: "save-receipt" }, icon("save"), el("span", {}, _("Save the receipt"))));
}

function receiptText({ id, title }, { handed_in_at: handedIn, arrived_at: arrived, checksum, version }) {
  return [
    fill(_("Receipt: {title}, version {number}"), { title, number: version }),
    fill(_("Handed in: {time}"), { time: `${exactly(handedIn)} (${handedIn})` }),
    ...(arrived ? [fill(_("Arrived on the server: {time}"), { time: `${exactly(arrived)} (${arrived})` })] : []),
    fill(_("Checksum (SHA-256): {checksum}"), { checksum }),
    `${location.origin}/reflections/${id}`,
    "",
  ].join("\n");
}

function takeBackPart(reflection, store) {
  const trouble = el("p", { class: "notice bad", role: "alert", hidden: true });
  const again = button(_("Take it back"), { class: "button quiet", test: "take-back", onclick: async () => {
    const sure = await ask({
      title: _("Take it back?"),
      words: _("It becomes a draft again that only you see, and you must hand it in anew. What you handed in stays on record as an earlier version."),
      yes: _("Take it back"), no: _("Leave it handed in"),
    });
    if (!sure) return;
    try {
      await store.putReflection(await takeBack(reflection.id));
      location.reload();
    } catch (reason) {
      if (!(reason instanceof Refused || reason instanceof Unreachable)) throw reason;
      trouble.textContent = reason instanceof Refused ? reason.message : _("The server does not answer. Taking it back needs a network.");
      trouble.hidden = false;
    }
  } }, "undo");
  return el("div", { class: "take-back" },
    el("p", { class: "muted" }, _("You can take it back until an assessor begins to read it.")), again, trouble);
}
