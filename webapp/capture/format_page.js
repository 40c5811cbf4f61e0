/** The page of one format: its questions, its limits, its screen, and the way on; or the choice between formats. */

import { chooser, formatName } from "./chooser.js";
import { button, el, icon } from "./elements.js";
import { targetOf } from "./targets.js";
import { _ } from "./words.js";

/** Makes the page; `choose(kind)` changes the format, null asks for one. */
export async function formatPage(work, format, choose) {
  const { draft, reflection } = work;
  const screen = format ? await screenOf(work, format) : chooser({ formats: reflection.formats, current: draft.values.format, choose });
  return el("div", { class: "columns" },
    el("aside", { class: "side", "aria-label": _("Help") }, prompts(work)),
    el("div", { class: "work" }, format ? formatLine(work, format, choose) : null, screen));
}

async function screenOf(work, format) {
  const { kind } = format;
  if (kind === "written") return (await import("./writer.js")).writtenScreen({ ...work, format });
  if (kind === "posts") return (await import("./posts.js")).postsScreen({ ...work, format });
  return (await import("./studio.js")).studio(work, { kind, format });
}

function formatLine(work, format, choose) {
  return el("div", { class: "format-line" },
    el("p", {}, el("strong", {}, formatName(format.kind)), " ", el("span", { class: "muted" }, targetOf(format))),
    el("div", { class: "format-tools" },
      languageChoice(work),
      work.reflection.formats.length > 1 ? button(_("Change"), { class: "button quiet", test: "change-format", title: _("Change the format"), onclick: () => choose(null) }) : null));
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

/** The one thing that comes next, and where the transcript and the comments are while there is a network. */
export function continueLink({ draft, reflection }, review) {
  const page = () => el("a", { class: "button quiet", href: `/reflections/${reflection.id}`, test: "continue", onclick: settleFirst(draft) }, el("span", {}, _("Open its page")), icon("next"));
  const onward = el("div", { class: "onward" }, reviewButton(review));
  const draw = () => {
    onward.querySelector("a")?.remove();
    if (navigator.onLine && reflection.begun !== false) onward.append(page());
  };
  addEventListener("online", draw);
  addEventListener("offline", draw);
  draw();
  return onward;
}

export const reviewButton = (review) => button(_("Review and hand in"), { class: "button primary wide", test: "review-hand-in", onclick: review });

/** The next page must show the last words too, so they are saved before it opens, if the server answers in time. */
export function settleFirst(draft) {
  return async (event) => {
    if (!draft.unsaved.length || draft.conflict) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    await draft.settle(navigator.onLine ? 3000 : 0);
    location.assign(href);
  };
}
