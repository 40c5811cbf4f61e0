/** Reflections as a list of cards: what each is about, where it stands, how far it is. */

import { formatName, PICTURES } from "./chooser.js";
import { el, icon } from "./elements.js";
import { plain } from "./merge.js";
import { countWords, least, textProgress } from "./targets.js";
import { _, clock, day, fill, listed, moment, plural } from "./words.js";

/** The draft as this phone has it, else as the server had it last. */
export async function valuesOf(reflection, store) {
  return (await store.draft(reflection.id))?.values ?? plain(reflection);
}

/** A card that leads to a reflection; see `cardOf`. */
export const pieceCard = (reflection, seen, options) => drawCard(cardOf(reflection, seen, options));

/** What stands on a card, in words: {id, title, format, far, deadline, state}; `seen` is what the store holds (see `Store.seen`), `as` opens it in a format. */
export function cardOf(reflection, seen, { as = "" } = {}) {
  const draft = seen.draft(reflection.id);
  const values = draft?.values ?? plain(reflection);
  const isNew = reflection.begun === false && !draft;
  return {
    id: reflection.id,
    title: reflection.title,
    format: as || (isNew ? "" : values.format),
    far: farWords(reflection, { values, isNew }, seen),
    deadline: deadlineWords(reflection),
    state: reflection.begun === false ? "" : stateWords(reflection.state),
  };
}

export function drawCard({ id, title, format, far, deadline, state }) {
  return el("li", {}, el("a", { class: "piece card", href: `/capture/?reflection=${id}${format ? `&as=${format}` : ""}`, test: "piece" },
    el("span", { class: "piece-picture" }, icon(format ? PICTURES[format] : "add")),
    el("span", { class: "piece-words" },
      el("strong", {}, title),
      el("span", { class: "muted" }, far),
      deadline ? el("span", { class: "deadline" }, deadline) : null,
      el("span", { class: "piece-note", test: "piece-note", hidden: true }),
      state ? el("span", { class: "chip", test: "piece-state" }, state) : null),
    icon("next")));
}

/** How far it is, in one line. */
function farWords(reflection, { values, isNew }, seen) {
  if (!reflection.open && reflection.receipt) return fill(_("Handed in {time}"), { time: moment(new Date(reflection.receipt.handed_in_at)) });
  if (isNew) return listed(reflection.formats.map(({ kind }) => formatName(kind)));
  const format = reflection.formats.find(({ kind }) => kind === values.format);
  const name = formatName(values.format);
  const far = farIn(format, reflection, values, seen);
  return far ? fill(_("{format}: {far}"), { format: name, far }) : name;
}

function farIn(format, reflection, { format: kind, text, posts }, seen) {
  if (kind === "written") return text ? textProgress(countWords(text), format?.words).words : _("nothing written yet");
  if (kind === "posts") return fill(_("{count} of at least {goal} posts"), { count: posts.length, goal: least(format?.posts) });
  const take = seen.itemsOf(reflection.id, "recording").at(-1);
  const seconds = take?.seconds || reflection.media.find(({ id }) => id === reflection.draft.recording)?.duration_seconds;
  if (seconds) return fill(_("a recording of {time}"), { time: clock(seconds) });
  return take || reflection.draft.recording ? _("a recording") : _("nothing recorded yet");
}

const deadlineWords = ({ deadline, open }) => (deadline && open ? fill(_("Hand in by {day}"), { day: day(deadline) }) : "");

function stateWords(state) {
  switch (state) {
    case "returned": return _("Returned with comments");
    case "taken_back": return _("Taken back");
    case "in_assessment": return _("Being read");
    default: return "";
  }
}

/** Writes on the cards what waits on this phone; `rows` are those of unsent.js. */
export function noteWaiting(place, rows) {
  for (const card of place.querySelectorAll("[data-test=piece]")) {
    const id = new URL(card.href).searchParams.get("reflection");
    const count = rows.filter(({ reflection, state }) => reflection === id && state !== "processing").length;
    const note = card.querySelector("[data-test=piece-note]");
    const press = rows.find((row) => row.what === "hand-in" && row.reflection === id);
    note.hidden = !count;
    note.textContent = press && press.state !== "refused"
      ? fill(_("Will be handed in. The time you pressed counts: {time}."), { time: moment(press.at) })
      : plural(count, _("{count} thing waits on this phone"), _("{count} things wait on this phone"));
  }
}
