/**
 * Hands in what the person has handed in with a press, also long after it, when the network is back: the time of the
 * press counts. Until the server has answered with its receipt the press can be undone.
 *
 * A hand-in is {reflection, pressed_at, take, state, message}; its words are the draft that was kept before the press.
 * Its state is one of waiting, offline, signed_out, sending, preparing, refused (with words; the draft is open again),
 * done (with the receipt).
 */

import * as api from "./api.js";
import { beginOnServer } from "./beginning.js";
import { Draft } from "./draft.js";
import { alone } from "./turns.js";
import { _ } from "./words.js";

const PASSING_CODES = new Set(["still_preparing"]);

/** Something has to arrive or to be prepared first; `state` says what. */
class NotYet extends Error {
  constructor(state) {
    super(state);
    this.state = state;
  }
}

/** It cannot be handed in as it is; the words say why. */
class CannotBe extends Error {}

export class HandIns {
  constructor(outbox) {
    this.outbox = outbox;
    this.store = outbox.store;
    this.known = new Map();
  }

  /** Begins to deliver what was pressed in an earlier visit; gives the promises of it. */
  async resume() {
    const found = await this.store.handIns();
    for (const handIn of found) if (!this.known.has(handIn.reflection)) this.known.set(handIn.reflection, handIn);
    return found.filter((handIn) => handIn.state !== "refused").map(({ reflection }) => this.untilDone(reflection));
  }

  async press(reflection, { take }) {
    const handIn = { reflection, take, pressed_at: Date.now(), state: "waiting", message: null };
    await this.store.putHandIn(handIn);
    this.tell(reflection, handIn);
    this.untilDone(reflection);
  }

  /** Takes the press back; false when the server has the hand-in already. */
  undo(reflection) {
    return this.alone(reflection, async () => {
      if (!(await this.store.handIn(reflection))) return false;
      await this.store.removeHandIn(reflection);
      this.known.delete(reflection);
      this.outbox.dispatchEvent(new CustomEvent("hand-in", { detail: { reflection, state: "undone" } }));
      return true;
    });
  }

  news(reflection) {
    return this.known.get(reflection) ?? null;
  }

  tell(reflection, news) {
    const whole = { ...this.known.get(reflection), ...news, reflection };
    this.known.set(reflection, whole);
    this.outbox.dispatchEvent(new CustomEvent("hand-in", { detail: whole }));
  }

  async untilDone(reflection) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (await this.alone(reflection, () => this.deliver(reflection))) return;
      } catch (reason) {
        const state = await this.stateAfter(reason);
        if (state === "refused") {
          await this.refuse(reflection, reason.message || _("The server did not take it."));
          return;
        }
        this.tell(reflection, { state });
      }
      await this.outbox.pause(attempt);
    }
  }

  /** What a failure means; those that are nobody's doing are thrown again. */
  async stateAfter(reason) {
    if (reason instanceof NotYet) return reason.state;
    if (reason instanceof CannotBe) return "refused";
    if (reason instanceof api.Refused && PASSING_CODES.has(reason.code)) return "preparing";
    try {
      return await this.outbox.sending.kindOf(reason);
    } catch (other) {
      if (other instanceof api.Refused) return "refused";
      throw other;
    }
  }

  /** Makes one attempt; true when there is nothing more to do. */
  async deliver(id) {
    const handIn = await this.store.handIn(id);
    if (!handIn || handIn.state === "refused") return true;
    await this.filesAreThere(handIn);
    this.tell(id, { state: "sending" });
    const reflection = (await beginOnServer(this.store, id)) ?? (await api.reflection(id));
    const revision = await this.wordsAreThere(reflection, handIn);
    const receipt = await api.submit(id, revision, Math.max(0, (Date.now() - handIn.pressed_at) / 1000));
    // From here on the server has it: what fails now only concerns what this phone shows.
    await this.store.removeHandIn(id);
    await this.store.removeDraft(id);
    this.tell(id, { state: "done", receipt });
    await api.reflection(id).then((fresh) => this.store.putReflection(fresh)).catch(() => {});
    return true;
  }

  /** Files that belong to it and are still on this phone have to arrive and be usable first. */
  async filesAreThere({ reflection, take }) {
    const posts = (await this.store.draft(reflection))?.values.posts ?? [];
    const wanted = new Set([take, ...posts.map((post) => post.photo)]);
    for (const item of await this.store.items()) {
      if (!wanted.has(item.id)) continue;
      if (item.state === "refused") throw new CannotBe(item.message || _("The server cannot use this file."));
      // The press decides, too: what it names and nobody has sent yet goes now.
      if (item.state === "review") await this.outbox.send(item.id);
      if (["review", "sending"].includes(item.state)) throw new NotYet(this.outbox.news(item.id)?.state === "offline" ? "offline" : "sending");
      if (item.state === "sent") throw new NotYet("preparing");
    }
  }

  /** Saves the words as they were at the press; gives the revision that is handed in. */
  async wordsAreThere(reflection, { take }) {
    if (!reflection.open) return reflection.draft.revision;
    const draft = await Draft.open(reflection, this.store, { isWatching: false });
    await draft.saveAll().finally(() => draft.close());
    if (draft.conflict) throw new CannotBe(_("This reflection was also changed somewhere else. Open it, choose one of the versions, and hand in again."));
    if (take && draft.recording !== take) throw new NotYet("preparing");
    return draft.revision;
  }

  async refuse(reflection, message) {
    const handIn = await this.store.handIn(reflection);
    if (handIn) await this.store.putHandIn({ ...handIn, state: "refused", message });
    this.tell(reflection, { state: "refused", message });
  }

  alone(reflection, work) {
    return alone(`cim-hand-in-${this.store.owner}-${reflection}`, work);
  }
}
