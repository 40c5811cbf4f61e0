/** What would be handed in now, in words: what is there, what is missing, and what is only worth a thought. */

import { countWords, least, lengthTrouble, textProgress } from "./targets.js";
import { _, clock, fill, plural } from "./words.js";

const fine = (words) => ({ kind: "fine", words });
const advice = (words) => ({ kind: "advice", words });
const missing = (words) => ({ kind: "missing", words });

/** {take, checks}: the recording that belongs to it, and [{kind: fine|advice|missing, words}]. */
export async function looked(work, format) {
  if (format.kind === "written") return { take: null, checks: textChecks(work.draft.values.text, format.words) };
  if (format.kind === "posts") return { take: null, checks: await postChecks(work, format) };
  return recordingChecks(work, format);
}

function textChecks(text, limits) {
  const count = countWords(text);
  if (!count) return [missing(_("There are no words yet."))];
  const { words, advice: more, good } = textProgress(count, limits);
  const { minimum, maximum } = limits ?? {};
  if ((minimum && count < minimum) || (maximum && count > maximum)) return [missing(words), missing(more)];
  return good ? [fine(words)] : [advice(words), advice(_("Shorter than wished for. You can still hand it in."))];
}

async function postChecks({ draft, reflection, store }, format) {
  const { posts, text } = draft.values;
  const { maximum } = format.posts ?? {};
  const wanted = least(format.posts);
  const count = plural(posts.length, _("{count} post"), _("{count} posts"));
  const checks = [];
  if (posts.length < wanted) checks.push(missing(fill(_("{count} of at least {goal} posts"), { count: posts.length, goal: wanted })));
  else if (maximum && posts.length > maximum) checks.push(missing(fill(_("{posts}, at most {most} can be handed in."), { posts: count, most: maximum })));
  else checks.push(fine(count));
  const without = posts.map((post, place) => ({ ...post, number: place + 1 }));
  for (const { number } of without.filter(({ photo }) => !photo)) checks.push(missing(fill(_("Post {number} has no photo."), { number })));
  for (const { number } of without.filter(({ caption }) => !caption.trim())) checks.push(advice(fill(_("Post {number} has no caption."), { number })));
  for (const { number } of without.filter(({ alt_text: alt }) => !alt.trim())) checks.push(advice(fill(_("The photo of post {number} is not described."), { number })));
  const photos = await store.itemsOf(reflection.id, "photo");
  for (const item of photos.filter(({ state }) => state === "refused")) {
    const post = without.find(({ photo }) => photo === item.id);
    if (post) checks.push(missing(fill(_("The photo of post {number} could not be used."), { number: post.number })));
  }
  if (photos.some(({ state }) => state === "sending" || state === "sent")) checks.push(advice(_("Photos are still on their way. It is handed in when they have arrived.")));
  return format.words ? [...checks, ...textChecks(text, format.words)] : checks;
}

async function recordingChecks({ draft, reflection, store }, format) {
  const takes = await store.itemsOf(reflection.id, "recording");
  if (takes.some(({ state }) => state === "recording" || state === "review")) {
    return { take: null, checks: [missing(_("There is a recording that you have not decided about. Go back and use it or discard it."))] };
  }
  const take = takes.findLast(({ state }) => state === "sending" || state === "sent");
  if (take) return { take: take.id, checks: [...lengthChecks(lengthOf(take), format.seconds), advice(_("The recording is still on its way. It is handed in when it has arrived."))] };
  const wanted = draft.recording ?? reflection.draft.recording;
  const media = reflection.media.find(({ id }) => id === wanted) ?? reflection.media.findLast(({ purpose, state }) => purpose === "recording" && state === "processing");
  if (!media || media.state === "refused") return { take: null, checks: [missing(_("There is no recording yet."))] };
  return { take: media.id, checks: lengthChecks(media.duration_seconds, format.seconds) };
}

function lengthOf({ seconds, trim }) {
  return trim ? (trim.end ?? seconds) - (trim.start ?? 0) : seconds;
}

function lengthChecks(seconds, limits) {
  if (!seconds) return [fine(_("A recording"))];
  const trouble = lengthTrouble(seconds, limits);
  const words = fill(_("A recording of {time}"), { time: clock(seconds) });
  if (trouble) return [missing(words), missing(trouble)];
  const { target_min: from, target_max: to } = limits ?? {};
  if (from && seconds < from) return [advice(words), advice(_("Shorter than wished for. You can still hand it in."))];
  return to && seconds > to ? [fine(words), advice(_("A little long, which is fine."))] : [fine(words)];
}
