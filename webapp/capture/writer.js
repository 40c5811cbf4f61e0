/** The text of a reflection: a quiet field that grows, its count, and saving without a button. */

import { el } from "./elements.js";
import { countWords, textProgress } from "./targets.js";
import { _ } from "./words.js";

/** The text field with its count; `limits` are the words of the format. Also the longer text below a series of posts. */
export function textField({ draft, limits, label, hint }) {
  const text = el("textarea", {
    id: "text", class: "paper", test: "text", value: draft.values.text, placeholder: hint, spellcheck: true, autocapitalize: "sentences",
    "aria-describedby": "word-count",
  });
  const progress = el("progress", { max: 1, "aria-label": _("How far the text is") });
  const words = el("span", { class: "count", test: "word-count" });
  const advice = el("span", { class: "advice" });
  const element = el("div", { class: "writing" },
    el("label", { for: "text", class: "field-label" }, label), text,
    el("div", { class: "counter", id: "word-count" }, progress, el("span", { class: "counter-words" }, words, advice)));

  function count() {
    const far = textProgress(countWords(text.value), limits);
    words.textContent = far.words;
    advice.textContent = far.advice;
    progress.hidden = far.share === null;
    progress.value = far.share ?? 0;
    element.classList.toggle("is-good", far.good);
  }

  text.addEventListener("input", () => {
    draft.change({ text: text.value });
    grow(text);
    count();
  });
  text.addEventListener("blur", () => {
    if (draft.unsaved.length) draft.keep().then(() => draft.save());
  });
  draft.addEventListener("values", () => {
    if (text.value === draft.values.text) return;
    text.value = draft.values.text;
    grow(text);
    count();
  });
  count();
  requestAnimationFrame(() => grow(text));
  return element;
}

/** Browsers that know `field-sizing` do this in the style sheet, without jumps while scrolling. */
function grow(text) {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

/** The whole screen of the written format. */
export function writtenScreen({ draft, format, continueLink }) {
  return el("section", { class: "screen" },
    textField({ draft, limits: format.words, label: _("Your text"), hint: _("Start anywhere. There are no right or wrong answers.") }),
    continueLink());
}
