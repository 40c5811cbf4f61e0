/** The screen of the series of posts: the posts, their order, how they will look, and the longer text. */

import { button, el } from "./elements.js";
import { showFeed } from "./feed.js";
import { Series } from "./series.js";
import { least } from "./targets.js";
import { _, fill, plural } from "./words.js";
import { textField } from "./writer.js";

export function postsScreen(work) {
  const { draft, format } = work;
  const list = el("ol", { class: "posts" });
  const count = el("p", { class: "muted", role: "status", test: "post-count" });
  const add = button(_("Add a post"), { class: "button wide", test: "add-post", onclick: () => series.add().querySelector("textarea").focus() }, "add");
  const look = button(_("Preview"), { class: "button quiet", test: "preview-feed", onclick: () => showFeed(work, series.filled) }, "feed");
  const series = new Series(work, list, ({ filled, isFull }) => {
    count.textContent = progressWords(filled, least(format.posts));
    add.hidden = isFull;
    look.disabled = !filled.length;
  });
  series.load();
  const refresh = () => series.refresh();
  draft.addEventListener("values", refresh);
  work.leaving?.add(() => draft.removeEventListener("values", refresh));
  return el("section", { class: "screen" },
    el("div", { class: "posts-head" }, el("h2", {}, _("Your posts")), look), count, list, add,
    format.words ? el("h2", {}, _("The text that goes with them")) : null,
    format.words ? textField({ ...work, limits: format.words, label: _("Your text"), hint: _("What do the posts show together? What do you take with you?") }) : null,
    work.continueLink());
}

function progressWords(filled, wanted) {
  const said = filled.length >= wanted
    ? plural(filled.length, _("{count} post. A good number."), _("{count} posts. A good number."))
    : fill(_("{count} of at least {goal} posts"), { count: filled.length, goal: wanted });
  const bare = filled.filter((post) => post.photo && !post.alt_text.trim()).length;
  return bare ? fill(_("{first} {second}"), { first: said, second: plural(bare, _("{count} photo has no description yet."), _("{count} photos have no description yet.")) }) : said;
}
