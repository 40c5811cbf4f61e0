/** Two versions of one draft, one above the other, and the choice between them; nothing is thrown away until then. */

import { button, el } from "./elements.js";
import { countWords } from "./targets.js";
import { _, fill, moment, plural } from "./words.js";

export function conflictPanel(draft) {
  const choices = [
    { which: "mine", title: _("On this phone"), choose: _("Keep the one from this phone"), values: draft.values },
    { which: "theirs", title: _("Saved from somewhere else"), choose: _("Keep the other"), values: draft.conflict.theirs },
  ];
  return el("section", { class: "card conflict", test: "conflict" },
    el("h2", {}, _("There are two versions")),
    el("p", {}, _("This reflection was also changed somewhere else, for example on your computer. Choose which one to go on with. The other one stays on this phone.")),
    el("div", { class: "versions" }, choices.map(({ which, title, choose, values }) =>
      el("article", { class: "version" },
        el("h3", {}, title),
        summary(values, draft.conflict.fields),
        button(choose, { class: "button", test: `keep-${which}`, onclick: (event) => {
          event.currentTarget.disabled = true;
          draft.choose(which);
        } })))));
}

function summary(values, fields) {
  return el("div", { class: "version-text", tabIndex: 0 },
    fields.includes("text") ? [
      el("p", { class: "muted" }, plural(countWords(values.text), _("{count} word"), _("{count} words"))),
      el("p", { class: "as-typed" }, values.text || _("No text")),
    ] : null,
    fields.includes("posts") ? [
      el("p", { class: "muted" }, plural(values.posts.length, _("{count} post"), _("{count} posts"))),
      el("ol", {}, values.posts.map((post) => el("li", {}, [post.caption || _("No caption"), post.photo ? _("with a photo") : ""].filter(Boolean).join(" · ")))),
    ] : null);
}

/** The versions that were not chosen, folded away below the work; null when there are none. */
export async function setAside(store, reflection) {
  const kept = await store.asideOf(reflection);
  if (!kept.length) return null;
  return el("details", { class: "card quiet-card", test: "set-aside" },
    el("summary", {}, plural(kept.length, _("{count} earlier version on this phone"), _("{count} earlier versions on this phone"))),
    kept.map(({ at, values }) => el("article", { class: "version" },
      el("h3", {}, fill(_("Set aside {time}"), { time: moment(at) })), summary(values, ["text", "posts"]))));
}
