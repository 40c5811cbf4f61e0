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

/** Names the fields in which two drafts differ. */
export const differences = (one, other) => FIELDS.filter((field) => !same(one[field], other[field]));

/**
 * Returns {values, conflicts}: `base` is what the server had when editing began, `sent` what this phone may have saved
 * without hearing the answer. Only fields that both sides changed differently are conflicts; they keep this phone's value.
 */
export function merge({ base, mine, theirs, sent = [] }) {
  const values = { ...mine };
  const conflicts = [];
  for (const field of differences(mine, theirs)) {
    const theirsIsOurs = same(theirs[field], base[field]) || sent.some((one) => field in one && same(one[field], theirs[field]));
    if (theirsIsOurs) continue;
    if (same(mine[field], base[field])) values[field] = theirs[field];
    // Format and language are chosen in plain sight; only work can be lost, so only work is asked about.
    else if (field === "text" || field === "posts") conflicts.push(field);
  }
  return { values, conflicts };
}
