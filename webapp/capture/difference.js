/** Finds which words of two texts differ; pure, and bounded, so that two long texts never hold up the page. */

/** Words that stand once on both sides hold the two texts together (patience); what lies between them is compared in detail. */
const MOST_STEPS = 400;
/** So few equal words between two differences are a coincidence: reading goes better when they belong to the difference. */
const FEWEST_EQUAL = 2;

const tokensOf = (text) => text.match(/\n|[^\S\n]+|\S+/g) ?? [];
const isWord = (token) => /\S/.test(token);

/**
 * Returns [{kind: "same"|"first"|"second", text}]: "first" stands only in the first text, "second" only in the second.
 * "same" and "first" in a row are exactly the first text, "same" and "second" exactly the second.
 */
export function difference(first, second) {
  const one = tokensOf(first);
  const other = tokensOf(second);
  const pairs = [];
  compare({ one, other, pairs }, 0, one.length, 0, other.length);
  return smooth(runs(one, other, pairs));
}

/** Adds the [place in one, place in other] of all that is equal in the two ranges, in order. */
function compare(work, from, to, start, end) {
  const { one, other, pairs } = work;
  while (from < to && start < end && one[from] === other[start]) pairs.push([from++, start++]);
  const tail = [];
  while (from < to && start < end && one[to - 1] === other[end - 1]) tail.push([--to, --end]);
  if (from < to && start < end) {
    const anchors = anchorsOf(one, other, from, to, start, end);
    if (anchors.length) between(work, anchors, from, to, start, end);
    else for (const pair of detailed(one, other, from, to, start, end)) pairs.push(pair);
  }
  for (const pair of tail.reverse()) pairs.push(pair);
}

function between(work, anchors, from, to, start, end) {
  let [left, right] = [from, start];
  for (const [place, match] of anchors) {
    compare(work, left, place, right, match);
    work.pairs.push([place, match]);
    [left, right] = [place + 1, match + 1];
  }
  compare(work, left, to, right, end);
}

/** The words that stand exactly once on each side, as the longest series that keeps the order on both. */
function anchorsOf(one, other, from, to, start, end) {
  const once = placesOfSingles(one, from, to);
  const twin = placesOfSingles(other, start, end);
  const shared = [...once].filter(([token, place]) => place !== null && (twin.get(token) ?? null) !== null && isWord(token));
  return longestRising(shared.map(([token, place]) => [place, twin.get(token)]));
}

/** Each word with its place, or null when it stands there more than once; in the order of the text. */
function placesOfSingles(tokens, from, to) {
  const places = new Map();
  for (let at = from; at < to; at += 1) places.set(tokens[at], places.has(tokens[at]) ? null : at);
  return places;
}

/** The longest part of pairs (sorted by their first number) whose second numbers rise too. */
function longestRising(pairs) {
  const ends = [];
  const before = [];
  pairs.forEach(([, value], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low ? ends[low - 1] : -1;
    ends[low] = index;
  });
  const found = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) found.unshift(pairs[index]);
  return found;
}

/** Myers' shortest edit, given up after MOST_STEPS edits: then the two ranges simply differ. */
function detailed(one, other, from, to, start, end) {
  const [width, height] = [to - from, end - start];
  const most = Math.min(MOST_STEPS, width + height);
  const reach = new Int32Array(2 * most + 3);
  const trail = [];
  for (let edits = 0; edits <= most; edits += 1) {
    for (let line = -edits; line <= edits; line += 2) {
      const isDown = line === -edits || (line !== edits && reach[most + line] < reach[most + line + 2]);
      let x = isDown ? reach[most + line + 2] : reach[most + line] + 1;
      while (x < width && x - line < height && one[from + x] === other[start + x - line]) x += 1;
      reach[most + line + 1] = x;
      if (x >= width && x - line >= height) return walkBack(trail, most, edits, line, x).map(([x1, y1]) => [from + x1, start + y1]);
    }
    trail.push(reach.slice(most - edits, most + edits + 3));
  }
  return [];
}

/** Follows the remembered reaches from the end to the beginning; `trail[e]` covers the lines −e−1 … e+1 after e edits. */
function walkBack(trail, most, edits, line, x) {
  const pairs = [];
  for (let left = edits; left > 0; left -= 1) {
    const reach = trail[left - 1];
    const at = (wanted) => reach[wanted + left] ?? 0;
    const isDown = line === -left || (line !== left && at(line - 1) < at(line + 1));
    const before = isDown ? line + 1 : line - 1;
    const arrived = isDown ? at(before) : at(before) + 1;
    while (x > arrived) pairs.unshift([x - 1, x-- - 1 - line]);
    [line, x] = [before, at(before)];
  }
  while (x > 0) pairs.unshift([x - 1, x-- - 1 - line]);
  return pairs;
}

function runs(one, other, pairs) {
  const parts = [];
  let [left, right] = [0, 0];
  for (const [place, match] of [...pairs, [one.length, other.length]]) {
    add(parts, "first", one.slice(left, place));
    add(parts, "second", other.slice(right, match));
    if (place < one.length) add(parts, "same", [one[place]]);
    [left, right] = [place + 1, match + 1];
  }
  return parts;
}

function add(parts, kind, tokens) {
  if (!tokens.length) return;
  if (parts.at(-1)?.kind !== kind) parts.push({ kind, tokens: [] });
  for (const token of tokens) parts.at(-1).tokens.push(token);
}

/** Joins differences that only a word or a space holds apart, each side in one piece. */
function smooth(parts) {
  const joined = [];
  let [first, second] = [[], []];
  const flush = () => {
    add(joined, "first", first);
    add(joined, "second", second);
    [first, second] = [[], []];
  };
  parts.forEach(({ kind, tokens }, index) => {
    const isIsland = kind === "same" && index > 0 && index < parts.length - 1
      && tokens.filter(isWord).length < FEWEST_EQUAL && !tokens.includes("\n");
    if (kind === "same" && !isIsland) {
      flush();
      add(joined, "same", tokens);
    }
    if (kind === "first" || isIsland) for (const token of tokens) first.push(token);
    if (kind === "second" || isIsland) for (const token of tokens) second.push(token);
  });
  flush();
  return joined.map(({ kind, tokens }) => ({ kind, text: tokens.join("") }));
}
