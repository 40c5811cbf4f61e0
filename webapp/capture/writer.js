/** The text of a reflection: a quiet sheet that grows, its count, and saving without a button. */

import { button, el, pictureButton } from "./elements.js";
import { countWords, textProgress } from "./targets.js";
import { _ } from "./words.js";

/** The sheet with its count; `limits` are the words of the format. Also the longer text below a series of posts. */
export function textField({ draft, reflection, leaving, limits, label, hint }) {
  const text = el("textarea", {
    id: "text", class: "paper", test: "text", value: draft.values.text, placeholder: hint, spellcheck: true, autocapitalize: "sentences",
    autocomplete: "off", dir: "auto", "aria-describedby": "word-count",
  });
  const sheet = el("div", { class: "sheet" }, text);
  const progress = el("progress", { max: 1, "aria-label": _("How far the text is") });
  const words = el("span", { class: "count", test: "word-count" });
  const advice = el("span", { class: "advice" });
  const questions = questionsSheet(reflection?.prompts ?? []);
  const element = el("div", { class: "writing" },
    el("label", { for: "text", class: "field-label" }, label), sheet,
    el("div", { class: "counter" }, progress,
      el("div", { class: "counter-line" }, el("p", { class: "counter-words", id: "word-count" }, words, " ", advice), questions?.opener, calmButton(text, leaving))),
    questions?.element);

  function count() {
    const far = textProgress(countWords(text.value), limits);
    words.textContent = far.words;
    advice.textContent = far.advice;
    progress.hidden = far.share === null;
    progress.value = far.share ?? 0;
    element.classList.toggle("is-good", far.good);
  }

  /** The language of the piece, for spelling and for voices that read aloud; the words also size the sheet in browsers without `field-sizing`. */
  function settle() {
    text.lang = draft.values.language ?? "";
    sheet.dataset.words = `${text.value}\n`;
    count();
  }

  function changedElsewhere() {
    if (text.value !== draft.values.text) replaceWords(text, draft.values.text);
    settle();
  }

  text.addEventListener("input", () => {
    draft.change({ text: text.value });
    settle();
  });
  text.addEventListener("focus", settle);
  text.addEventListener("blur", () => {
    if (draft.unsaved.length) draft.keep().then(() => draft.save());
  });
  draft.addEventListener("values", changedElsewhere);
  leaving?.add(() => draft.removeEventListener("values", changedElsewhere));
  settle();
  return element;
}

/**
 * Puts other words into the field, only where they differ: the cursor stays, and with the field in use "undo" brings the
 * old words back. Setting the value would forget both.
 */
function replaceWords(text, words) {
  const before = text.value;
  let from = 0;
  while (from < before.length && before[from] === words[from]) from += 1;
  let left = 0;
  while (left < Math.min(before.length, words.length) - from && before.at(-1 - left) === words.at(-1 - left)) left += 1;
  const middle = words.slice(from, words.length - left);
  if (document.activeElement !== text) {
    text.setRangeText(middle, from, before.length - left, "preserve");
    return;
  }
  text.setSelectionRange(from, before.length - left);
  const isDone = middle ? document.execCommand("insertText", false, middle) : document.execCommand("delete");
  if (!isDone || text.value !== words) text.value = words;
}

/** Leaves nothing on the screen but the sheet, until it is pressed again or with Escape. */
function calmButton(text, leaving) {
  const root = document.documentElement;
  const toggle = pictureButton(_("Only the text"), "calm", { class: "tool", test: "calm", "aria-pressed": "false", onclick: () => set(!root.classList.contains("is-calm")) });
  function set(isCalm) {
    root.classList.toggle("is-calm", isCalm);
    toggle.setAttribute("aria-pressed", String(isCalm));
    text.focus({ preventScroll: !isCalm });
  }
  const escape = (event) => event.key === "Escape" && root.classList.contains("is-calm") && set(false);
  document.addEventListener("keydown", escape);
  leaving?.add(() => {
    document.removeEventListener("keydown", escape);
    root.classList.remove("is-calm");
  });
  return toggle;
}

/** The questions, one press away from any line of a long text; null where there are none. */
function questionsSheet(prompts) {
  if (!prompts.length) return null;
  const element = el("dialog", { class: "question questions-sheet", "aria-labelledby": "questions-title" },
    el("h2", { id: "questions-title" }, _("Questions to think about")),
    el("ul", {}, prompts.map((prompt) => el("li", {}, prompt))),
    button(_("Back to the text"), { class: "button primary wide", onclick: () => element.close() }));
  // A press beside the sheet closes it, as people know it from their phones.
  element.addEventListener("click", (event) => event.target === element && element.close());
  return { element, opener: pictureButton(_("Questions to think about"), "question", { class: "tool questions-opener", test: "questions", onclick: () => element.showModal() }) };
}

/** The whole screen of the written format. */
export function writtenScreen(work) {
  return el("section", { class: "screen" },
    textField({ ...work, limits: work.format.words, label: _("Your text"), hint: _("Start anywhere. There are no right or wrong answers.") }),
    work.continueLink());
}
