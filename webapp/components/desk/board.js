// What is said at places of a version: one board for all parts of a page that show the same version.
import { reactive } from "vue";

const boards = new Map();

// `lists` holds the comments of each card; `ask` begins a new one, where this person may; `views` are the parts that
// can show a place: { transcript, text }.
export function boardOf(version) {
  if (!boards.has(version)) boards.set(version, reactive({ lists: {}, chosen: null, ask: null, views: {} }));
  return boards.get(version);
}

// All comments in the order of their places, each with its number `n`, by which the marks name it.
export function commentsOn(board) {
  const all = new Map(Object.values(board.lists).flat().map((comment) => [comment.id, comment]));
  const place = ({ a, order, from }) => a ?? order ?? from;
  const sorted = [...all.values()].sort((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other)));
  return sorted.map((comment, index) => ({ comment, n: index + 1 }));
}

// From a mark to what is said there: into its field, or to the nearest list that shows it.
export function goToComment(board, id) {
  board.chosen = id;
  if (board.views.list) board.views.list.focusOn(id);
  else [...document.querySelectorAll(`[data-comment="${id}"] .cc-place`)].at(-1)?.focus();
}
