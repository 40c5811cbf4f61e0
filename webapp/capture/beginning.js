/** Begins on the server what was begun on this phone without a network; the server named its id before. */

import { begin } from "./api.js";

/** Makes sure that the server knows a reflection; `wish` may name the format and language that were chosen. */
export async function beginOnServer(store, id, wish = {}) {
  const known = id && (await store.reflection(id));
  if (!known || known.begun !== false) return null;
  const draft = await store.draft(id);
  const [first] = (await store.items()).filter((item) => item.reflection === id).map((item) => item.started_at).sort((one, other) => one - other);
  const chosen = { ...draft?.values, ...wish };
  const begun = await begin({
    ...(known.kind === "final" ? { enrolment: known.enrolment } : { activity: known.activity }),
    format: chosen.format ?? known.formats[0].kind,
    language: chosen.language ?? known.language ?? known.languages[0],
    begun_seconds_ago: Math.max(0, (Date.now() - Math.min(draft?.begun_at ?? Date.now(), first ?? Date.now())) / 1000),
  });
  await store.putReflection(begun);
  return begun;
}
