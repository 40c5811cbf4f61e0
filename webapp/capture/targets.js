/** Says in words how long a reflection should be and how far it is. */

import { _, clock, fill, number, plural } from "./words.js";

// The same rule as `count_words` in models/rules/limits.py, so that phone and server show the same number.
const WORD = /[\p{L}\p{N}]+(?:(?:['’‐‑-]|(?<=\p{Nd})[.,:](?=\p{Nd}))[\p{L}\p{N}]+)*/gu;
const PART_OF_A_LETTER = /\p{M}|(?!\u200b)\p{Cf}/gu;

export const countWords = (text) => (text.normalize("NFD").replace(PART_OF_A_LETTER, "").match(WORD) ?? []).length;

/** "about 1000 words", "2–3 minutes", "at least 3 posts and about 500 words". */
export function targetOf(format) {
  const parts = [];
  if (format.posts) parts.push(plural(least(format.posts), _("at least {count} post"), _("at least {count} posts")));
  if (format.seconds) parts.push(lengthTarget(format.seconds));
  if (format.words) parts.push(wordTarget(format.words));
  const said = parts.filter(Boolean);
  return said.length === 2 ? fill(_("{first} and {second}"), { first: said[0], second: said[1] }) : said.join("");
}

export const least = (limits) => limits?.minimum ?? limits?.target_min ?? 1;

/** The number that a text should come near to; null when there is none. */
export function aim({ target_min: from, target_max: to, minimum }) {
  if (from !== null && to !== null) return Math.round((from + to) / 2);
  return from ?? to ?? minimum ?? null;
}

function wordTarget(limits) {
  const both = limits.target_min !== null && limits.target_max !== null;
  const goal = aim(limits);
  if (goal === null) return "";
  return both ? plural(goal, _("about {count} word"), _("about {count} words")) : plural(goal, _("at least {count} word"), _("at least {count} words"));
}

const minutes = (seconds) => (seconds % 30 ? clock(seconds) : number(seconds / 60));

function lengthTarget({ target_min: from, target_max: to, minimum }) {
  if (from !== null && to !== null && from !== to) return fill(_("{from}–{to} minutes"), { from: minutes(from), to: minutes(to) });
  const goal = from ?? minimum;
  if (goal !== null && to === null) return fill(_("at least {count} minutes"), { count: minutes(goal) });
  return to === null ? "" : fill(_("about {count} minutes"), { count: minutes(to) });
}

/** How far a text is: {words, advice, share of the aim, good}. */
export function textProgress(count, limits) {
  const goal = limits && aim(limits);
  if (!goal) return { words: plural(count, _("{count} word"), _("{count} words")), advice: "", share: null, good: true };
  const words = fill(_("{count} of about {goal} words"), { count: number(count), goal: number(goal) });
  const { minimum, maximum } = limits;
  const enough = limits.target_min ?? minimum ?? goal;
  let advice = "";
  if (maximum !== null && count > maximum) {
    advice = plural(count - maximum, _("{count} word too many to hand in."), _("{count} words too many to hand in."));
  } else if (minimum !== null && count < minimum) {
    advice = plural(minimum, _("At least {count} word is needed to hand in."), _("At least {count} words are needed to hand in."));
  } else if (count >= enough) {
    advice = limits.target_max !== null && count > limits.target_max ? _("A little long, which is fine.") : _("A good length.");
  }
  return { words, advice, share: Math.min(1, count / goal), good: count >= enough && (maximum === null || count <= maximum) };
}

/** How far a recording is: {advice, share of the aim, good}. */
export function lengthProgress(seconds, limits) {
  if (!limits) return { advice: "", share: null, good: true };
  const { target_min: from, target_max: to, minimum, maximum } = limits;
  const enough = from ?? minimum;
  const end = to ?? enough ?? maximum;
  const share = end ? Math.min(1, seconds / end) : null;
  const good = (enough === null || seconds >= enough) && (maximum === null || seconds <= maximum);
  let advice = _("A good length.");
  if (enough !== null && seconds < enough) advice = fill(_("{time} to go until {goal}"), { time: clock(Math.ceil(enough - seconds)), goal: clock(enough) });
  else if (to !== null && seconds > to && maximum !== null) advice = fill(_("A little long. The recording stops by itself at {time}."), { time: clock(maximum) });
  else if (to !== null && seconds > to) advice = _("A little long, which is fine.");
  return { advice, share, good };
}

/** What stands between a finished recording and handing in; empty when nothing does. */
export function lengthTrouble(seconds, limits) {
  if (limits?.minimum && seconds < limits.minimum) return fill(_("This is shorter than {time}, the shortest that can be handed in."), { time: clock(limits.minimum) });
  if (limits?.maximum && seconds > limits.maximum + 1) return fill(_("This is longer than {time}, the longest that can be handed in."), { time: clock(limits.maximum) });
  return "";
}
