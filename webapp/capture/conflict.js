/** Two versions of one draft, what differs between them, and the choice; nothing is thrown away by it. */

import { newId } from "./api.js";
import { difference } from "./difference.js";
import { button, el } from "./elements.js";
import { both, same } from "./merge.js";
import { countWords } from "./targets.js";
import { _, fill, moment, plural } from "./words.js";

/** So many letters of what is equal stay on each side of a difference. */
const AROUND = 140;

export function conflictPanel(draft) {
  const { fields, theirs } = draft.conflict;
  // Fixed now: "both" that failed half-way must not join the joined text once more.
  const mine = draft.values;
  const choices = [
    { which: "mine", title: _("On this phone"), choose: _("Keep the one from this phone"), values: mine },
    { which: "theirs", title: _("Saved from somewhere else"), choose: _("Keep the other"), values: theirs },
  ];
  const panel = el("section", { class: "card conflict", test: "conflict" },
    el("h2", {}, _("There are two versions")),
    el("p", {}, _("This reflection was also changed somewhere else, for example on your computer. Choose which one to go on with. The other one stays on this phone.")),
    el("p", { class: "legend" }, el("ins", {}, _("only on this phone")), " ", el("del", {}, _("only in the other"))),
    fields.includes("text") ? [el("h3", {}, _("What differs in the text")), textDifference(theirs.text, mine.text)] : null,
    fields.includes("posts") ? [el("h3", {}, _("What differs in the posts")), postsDifference(theirs.posts, mine.posts)] : null,
    el("div", { class: "versions" }, choices.map(({ which, title, choose, values }) =>
      el("article", { class: "version" }, el("h3", {}, title), summary(values, fields), button(choose, { class: "button", test: `keep-${which}`, onclick: () => settle(() => draft.choose(which)) })))),
    button(_("Keep both, one after the other"), { class: "button primary wide", test: "keep-both", onclick: () => settle(() => {
      draft.change(both({ mine, theirs, fields, newId }));
      return draft.choose("mine");
    }) }));

  async function settle(choice) {
    const buttons = [...panel.querySelectorAll("button")];
    buttons.forEach((one) => { one.disabled = true; });
    try {
      await choice();
    } finally {
      buttons.forEach((one) => { one.disabled = false; });
    }
  }
  return panel;
}

/** The two texts as one, with what stands only in one of them marked; long equal passages are left out. */
function textDifference(theirs, mine) {
  const parts = difference(theirs, mine);
  return el("p", { class: "difference as-typed", tabIndex: 0, role: "group", "aria-label": _("What differs in the text"), test: "difference" },
    parts.flatMap(({ kind, text }, at) => {
      if (kind === "first") return marked("del", text, _("only in the other:"));
      if (kind === "second") return marked("ins", text, _("only on this phone:"));
      return excerpt(text, { isFirst: at === 0, isLast: at === parts.length - 1 });
    }));
}

/** The words between marks that can be seen and heard; the spaces around them stay outside, a new line alone is drawn. */
function marked(tag, text, said) {
  const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(text);
  const mark = (shown) => el(tag, {}, el("span", { class: "for-ears" }, ` [${said} `), shown, el("span", { class: "for-ears" }, "] "));
  return words ? [before, mark(words), after] : [mark(text.replaceAll("\n", "¶\n"))];
}

function excerpt(text, { isFirst, isLast }) {
  if (text.length < 3 * AROUND) return text;
  const start = isFirst ? 0 : Math.max(0, text.lastIndexOf(" ", AROUND));
  const end = isLast ? text.length : text.indexOf(" ", text.length - AROUND) + 1 || text.length;
  const skipped = plural(countWords(text.slice(start, end)), _("… {count} unchanged word …"), _("… {count} unchanged words …"));
  return [text.slice(0, start), el("span", { class: "skipped" }, skipped), text.slice(end)];
}

/** What differs, post by post, in the order of this phone; posts that are equal are not named. */
function postsDifference(theirs, mine) {
  const lines = [];
  const other = (id) => theirs.find((post) => post.id === id);
  mine.forEach((post, at) => {
    const twin = other(post.id);
    const title = fill(_("Post {number}"), { number: at + 1 });
    if (!twin) lines.push(lineOf(title, marked("ins", shortly(post), _("only on this phone:"))));
    else if (!same(post, twin)) lines.push(lineOf(title, ...changesOf(twin, post)));
  });
  theirs.forEach((post, at) => {
    if (mine.some((one) => one.id === post.id)) return;
    lines.push(lineOf(fill(_("Post {number} of the other"), { number: at + 1 }), marked("del", shortly(post), _("only in the other:"))));
  });
  const shared = (posts, others) => posts.map((post) => post.id).filter((id) => others.some((post) => post.id === id));
  if (!same(shared(mine, theirs), shared(theirs, mine))) lines.push(el("li", {}, _("The posts are in another order.")));
  return el("ul", { class: "difference", tabIndex: 0, "aria-label": _("What differs in the posts"), test: "posts-difference" }, lines);
}

const lineOf = (title, ...changes) => el("li", {}, el("strong", {}, title), ...changes);

function changesOf(theirs, mine) {
  return [
    theirs.photo === mine.photo ? null : el("p", {}, _("The photo is another one.")),
    theirs.caption === mine.caption ? null : textDifference(theirs.caption, mine.caption),
    theirs.alt_text === mine.alt_text ? null : textDifference(theirs.alt_text, mine.alt_text),
  ];
}

const shortly = (post) => [post.caption || _("No caption"), post.photo ? _("with a photo") : ""].filter(Boolean).join(" · ");

/** How much there is in a version, and all of it behind a fold. */
function summary(values, fields) {
  const said = [
    fields.includes("text") ? plural(countWords(values.text), _("{count} word"), _("{count} words")) : null,
    fields.includes("posts") ? plural(values.posts.length, _("{count} post"), _("{count} posts")) : null,
  ].filter(Boolean);
  return el("div", { class: "version-text" },
    el("p", { class: "muted" }, said.join(" · ")),
    el("details", {}, el("summary", {}, _("Read all of it")),
      fields.includes("text") ? el("p", { class: "as-typed" }, values.text || _("No text")) : null,
      fields.includes("posts") ? el("ol", {}, values.posts.map((post) => el("li", {}, shortly(post)))) : null));
}

/**
 * The versions that were not chosen, folded away below the work; null when there are none. With `draft` each of them can
 * be brought back, and the present one is then set aside.
 */
export async function setAside(store, reflection, draft = null) {
  const kept = (await store.asideOf(reflection)).filter(({ values }) => !draft || !isPresent(values, draft));
  if (!kept.length) return null;
  const element = el("details", { class: "card quiet-card", test: "set-aside" },
    el("summary", {}, plural(kept.length, _("{count} earlier version on this phone"), _("{count} earlier versions on this phone"))),
    kept.map(({ at, values }) => el("article", { class: "version" },
      el("h2", {}, fill(_("Set aside {time}"), { time: moment(at) })), summary(values, ["text", "posts"]),
      draft ? button(_("Bring this version back"), { class: "button", test: "bring-back", onclick: async (event) => {
        event.currentTarget.disabled = true;
        await bringBack(store, draft, values);
        const after = await setAside(store, reflection, draft);
        if (after) after.open = true;
        element.replaceWith(after ?? "");
        (after?.querySelector("summary") ?? document.getElementById("text"))?.focus();
      } }, "undo") : null)));
  return element;
}

const isPresent = (values, draft) => same([values.text, values.posts], [draft.values.text, draft.values.posts]);

async function bringBack(store, draft, values) {
  const present = draft.values;
  const kept = await store.asideOf(draft.id);
  if ((present.text || present.posts.length) && !kept.some((one) => isPresent(one.values, draft))) {
    await store.putAside({ id: newId(), reflection: draft.id, at: Date.now(), values: present });
  }
  draft.change({ text: values.text, posts: values.posts });
  draft.dispatchEvent(new Event("values"));
  await draft.keep();
  draft.save();
}
