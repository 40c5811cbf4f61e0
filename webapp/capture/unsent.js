/** Lists what this phone holds and the server does not, for the screens that show it and the number on the app's icon. */

import { differences } from "./merge.js";
import { sizeOf } from "./sending.js";

/**
 * [{id, reflection, activity, title, what, state, sent, size, message, at}], the oldest first. `what` is recording,
 * photo, evidence, text or hand-in; `state` is one of recording, review, waiting, sending, offline, signed_out,
 * processing, refused, kept (words on this phone), or what a hand-in can be.
 */
export async function unsent(outbox) {
  const { store } = outbox;
  const [items, drafts, handIns, reflections] = await Promise.all([store.items(), store.drafts(), store.handIns(), store.reflections()]);
  const titles = new Map(reflections.map(({ id, title }) => [id, title]));
  const pressed = new Set(handIns.filter(({ state }) => state !== "refused").map(({ reflection }) => reflection));
  const files = items.filter(({ state }) => state !== "discarded").map((item) => {
    const news = outbox.news(item.id);
    const isDecided = !["recording", "review", "refused"].includes(item.state);
    return {
      id: item.id, reflection: item.reflection ?? null, activity: item.activity ?? null, what: item.purpose, filename: item.filename, kind: item.kind,
      state: isDecided ? (news?.state ?? (item.state === "sent" ? "processing" : "waiting")) : item.state,
      sent: news?.sent ?? 0, size: news?.size || sizeOf(item), message: item.message ?? null, at: item.started_at,
    };
  });
  const texts = drafts
    .filter((draft) => !pressed.has(draft.reflection) && differences(draft.values, draft.base).length)
    .map((draft) => ({ id: draft.reflection, reflection: draft.reflection, activity: null, what: "text", state: "kept", sent: 0, size: 0, message: null, at: draft.at }));
  const presses = handIns.map((handIn) => ({
    id: handIn.reflection, reflection: handIn.reflection, activity: null, what: "hand-in", sent: 0, size: 0,
    ...(outbox.handInNews(handIn.reflection) ?? handIn), at: handIn.pressed_at,
  }));
  return [...files, ...texts, ...presses]
    .map((one) => ({ ...one, title: titles.get(one.reflection) ?? "" }))
    .sort((one, other) => one.at - other.at);
}
