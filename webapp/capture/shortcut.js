/** /capture/?do=record|write|post: goes to the one reflection that fits, or asks which. */

import { el } from "./elements.js";
import { loadWork } from "./entrance.js";
import { drawBar, main, say } from "./frame.js";
import { pieceCard, valuesOf } from "./pieces.js";
import { openStore } from "./store.js";
import { _ } from "./words.js";

const KINDS = { record: ["podcast", "video"], write: ["written"], post: ["posts"] };

export async function open(person, query) {
  const kinds = KINDS[query.get("do")] ?? KINDS.write;
  drawBar({ title: titleOf(kinds[0]), back: "/capture/" });
  const store = await openStore(person.id);
  const seen = await store.seen();
  const fitting = await fit(await loadWork(store, seen.reflections), kinds, store);
  const [{ reflection, as, fits } = {}] = fitting;
  if (fitting.length === 1 && fits) {
    return location.replace(`/capture/?reflection=${reflection.id}&as=${as}`);
  }
  if (!fitting.length) {
    return say(_("Nothing to reflect on in this way"), _("As soon as an activity of yours is done, its reflection appears here, and you can work on it without a network."),
      el("a", { class: "button primary", href: "/capture/" }, _("All reflections")));
  }
  const cards = fitting.map((one) => pieceCard(one.reflection, seen, { as: one.as }));
  main.removeAttribute("aria-busy");
  return main.replaceChildren(el("section", { class: "pieces", test: "which" },
    el("h2", {}, _("Which reflection is it about?")),
    fits ? null : el("p", { class: "muted" }, _("These are begun in another format. You can change it; what you have made stays.")),
    el("ul", {}, cards)));
}

function titleOf(kind) {
  switch (kind) {
    case "podcast": return _("Record");
    case "posts": return _("Post");
    default: return _("Write");
  }
}

/** [{reflection, as}]: those made in this way or not begun in any; where there are none, all that allow it. */
export async function fit(reflections, kinds, store) {
  const allowed = [];
  for (const reflection of reflections) {
    const possible = kinds.filter((kind) => reflection.formats.some((format) => format.kind === kind));
    if ((!reflection.open && reflection.begun !== false) || !possible.length) continue;
    const { format, text, posts } = await valuesOf(reflection, store);
    const isEmpty = !text && !posts.length && !reflection.draft.recording && !(await store.itemsOf(reflection.id, "recording")).length;
    const isMadeSo = kinds.includes(format);
    allowed.push({ reflection, as: isMadeSo ? format : possible[0], fits: isMadeSo || isEmpty });
  }
  const fitting = allowed.filter(({ fits }) => fits);
  return fitting.length ? fitting : allowed;
}
