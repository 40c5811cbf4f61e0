/** Joins what was changed on this phone with what was saved from elsewhere; pure. */

export const FIELDS = ["format", "language", "text", "posts"];

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The fields of a draft in one shape, so that they can be compared. */
export const plain = ({ draft, language }) => ({
  format: draft.format ?? null,
  language: language ?? null,
  text: draft.text ?? "",
  posts: (draft.posts ?? []).map(({ id, photo, caption, alt_text }) =>
    ({ id, photo: photo ?? null, caption: caption ?? "", alt_text: alt_text ?? "" })),
});

/** Tells what was handed in from what is closed for another reason. */
export const isHandedIn = ({ state }) => !["draft", "returned", "taken_back"].includes(state);

/** Names the fields in which two drafts differ. */
export const differences = (one, other) => FIELDS.filter((field) => !same(one[field], other[field]));

/**
 * Returns {values, conflicts}: `base` is what the server had when editing began, `sent` what this phone may have saved
 * without hearing the answer. Only what both sides changed differently is a conflict; it keeps this phone's value.
 */
export function merge({ base, mine, theirs, sent = [] }) {
  const values = { ...mine };
  const conflicts = [];
  for (const field of differences(mine, theirs)) {
    const theirsIsOurs = same(theirs[field], base[field]) || sent.some((one) => field in one && same(one[field], theirs[field]));
    if (theirsIsOurs) continue;
    const posts = field === "posts" ? mergePosts(base.posts, mine.posts, theirs.posts, sent) : null;
    if (same(mine[field], base[field])) values[field] = theirs[field];
    else if (posts) values.posts = posts;
    // Format and language are chosen in plain sight; only work can be lost, so only work is asked about.
    else if (field === "text" || field === "posts") conflicts.push(field);
  }
  return { values, conflicts };
}

const byId = (posts) => new Map(posts.map((post) => [post.id, post]));
const idsOf = (posts) => posts.map((post) => post.id);

/** The series with the changes of both sides; null when both changed the same post, or the order, differently. */
function mergePosts(base, mine, theirs, sent) {
  const order = mergeOrder(idsOf(base), idsOf(mine), idsOf(theirs));
  if (!order) return null;
  const [before, here, there] = [byId(base), byId(mine), byId(theirs)];
  const earlier = sent.filter((one) => one.posts).map((one) => byId(one.posts));
  const joined = [];
  for (const id of order) {
    const [post, other] = [here.get(id), there.get(id)];
    const otherIsOurs = same(other, before.get(id)) || earlier.some((one) => same(one.get(id), other));
    const isUntouched = same(post, before.get(id));
    if (!same(post, other) && !otherIsOurs && !isUntouched) return null;
    const kept = otherIsOurs ? post : other;
    if (kept) joined.push(kept);
  }
  return joined;
}

/** All ids in the order of the side that changed it, what is new on the other side behind what it stood behind there. */
function mergeOrder(base, mine, theirs) {
  const common = (ids) => ids.filter((id) => base.includes(id) && mine.includes(id) && theirs.includes(id));
  const [was, here, there] = [base, mine, theirs].map(common);
  if (!same(here, there) && !same(here, was) && !same(there, was)) return null;
  const [backbone, rest] = same(here, was) ? [theirs, mine] : [mine, theirs];
  return insertMissing([...backbone], rest);
}

function insertMissing(order, rest) {
  rest.forEach((id, at) => {
    if (!order.includes(id)) order.splice(at ? order.indexOf(rest[at - 1]) + 1 : 0, 0, id);
  });
  return order;
}

/** Both versions of what is in conflict, one after the other; `newId` names the second version of a post. */
export function both({ mine, theirs, fields, newId }) {
  const values = {};
  if (fields.includes("text")) values.text = bothTexts(mine.text, theirs.text);
  if (fields.includes("posts")) values.posts = bothPosts(mine.posts, theirs.posts, newId);
  return values;
}

function bothTexts(mine, theirs) {
  if (mine.includes(theirs.trim())) return mine;
  if (theirs.includes(mine.trim())) return theirs;
  return `${mine.trimEnd()}\n\n${theirs.trimStart()}`;
}

function bothPosts(mine, theirs, newId) {
  const [here, there] = [byId(mine), byId(theirs)];
  return insertMissing(idsOf(mine), idsOf(theirs)).flatMap((id) => {
    const [post, other] = [here.get(id), there.get(id)];
    if (!post || !other || same(post, other)) return [post ?? other];
    return [post, { ...other, id: newId() }];
  });
}
