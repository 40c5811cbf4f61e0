/**
 * Hands in what the person has handed in with a press, also long after it, when the network is back: the time of the
 * press counts. Until the server has answered with its receipt the press can be undone.
 *
 * A hand-in is {reflection, pressed_at, take, values, revision, state, message}: `take` is the recording and `values` are
 * the words as they were at the press, `revision` is what was handed in when an answer did not come. Nothing else than
 * what was pressed is handed in: what was changed elsewhere meanwhile ends it. `pressed_at` is the server's time. Its state
 * is one of waiting, offline, signed_out, sending, preparing, refused (with words; the draft is open again), done (with
 * the receipt).
 */

import * as api from "./api.js";
import { beginOnServer } from "./beginning.js";
import { serverNow } from "./clock.js";
import { Draft } from "./draft.js";
import { differences, isHandedIn, plain } from "./merge.js";
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

function checkSame(draft, values) {
  if (!draft.conflict && !(values && differences(values, draft.values).length)) return;
  throw new CannotBe(_("This reflection was also changed somewhere else. Open it, see which version you want, and hand in again."));
}

/** What the server says of the last hand-in, as it says it when one hands in. */
const receiptOf = ({ receipt }) => ({ ...receipt, submitted_at: receipt.handed_in_at });

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
    const values = (await this.store.draft(reflection))?.values ?? null;
    const handIn = { reflection, take, values, pressed_at: serverNow(), revision: null, state: "waiting", message: null };
    await this.store.putHandIn(handIn);
    this.tell(reflection, handIn);
    this.untilDone(reflection);
  }

  /** Takes the press back; false when the server has the hand-in already, null when nobody can tell without a network. */
  undo(reflection) {
    return this.alone(reflection, async () => {
      const handIn = await this.store.handIn(reflection);
      if (!handIn) return false;
      if (handIn.revision !== null && handIn.state !== "refused") {
        const present = await api.reflection(reflection).catch(() => null);
        if (!present?.open) return present && false;
      }
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
        if (state === "waiting") console.error(reason);
        if (state === "refused") {
          await this.refuse(reflection, reason.message || _("The server did not take it."));
          return;
        }
        this.tell(reflection, { state });
      }
      await this.outbox.pause(attempt);
    }
  }

  /** What a failure means. */
  async stateAfter(reason) {
    if (reason instanceof NotYet) return reason.state;
    if (reason instanceof CannotBe) return "refused";
    if (reason instanceof api.Refused && PASSING_CODES.has(reason.code)) return "preparing";
    try {
      return await this.outbox.sending.kindOf(reason);
    } catch (other) {
      // What nobody has thought of must not end it: the press is kept, and tried again.
      return other instanceof api.Refused ? "refused" : "waiting";
    }
  }

  /** Makes one attempt; true when there is nothing more to do. */
  async deliver(id) {
    const handIn = await this.store.handIn(id);
    if (!handIn) return this.elsewhere(id);
    if (handIn.state === "refused") return true;
    await this.filesAreThere(handIn);
    this.tell(id, { state: "sending" });
    const receipt = (await this.earlier(handIn)) ?? (await this.now(handIn));
    // From here on the server has it: what fails now only concerns what this phone shows.
    await this.store.removeHandIn(id);
    await this.store.removeDraft(id);
    this.tell(id, { state: "done", receipt });
    await api.reflection(id).then((fresh) => this.store.putReflection(fresh)).catch(() => {});
    return true;
  }

  /** The receipt of a try whose answer was lost; null when it did not arrive either. */
  async earlier(handIn) {
    if (handIn.revision === null) return null;
    try {
      return await this.submit(handIn, handIn.revision);
    } catch (reason) {
      if (!(reason instanceof api.Refused) || reason instanceof api.SignedOut) throw reason;
      return null;
    }
  }

  async now(handIn) {
    const id = handIn.reflection;
    const reflection = (await beginOnServer(this.store, id)) ?? (await api.reflection(id));
    if (!reflection.open && !isHandedIn(reflection)) {
      throw new CannotBe(_("Your enrolment for this certificate has ended, so nothing can be handed in. What you wrote is kept on this phone."));
    }
    if (!reflection.open) return this.sameAlready(reflection, handIn);
    const revision = await this.wordsAreThere(reflection, handIn);
    await this.store.putHandIn({ ...handIn, revision });
    return this.submit(handIn, revision);
  }

  submit({ reflection, pressed_at }, revision) {
    return api.submit(reflection, revision, Math.max(0, (serverNow() - pressed_at) / 1000));
  }

  /** Handed in from elsewhere: the receipt where it is the same, else the words of this phone are set aside. */
  async sameAlready(reflection, { take, values }) {
    const isOther = (values && differences(values, plain(reflection)).length) || (take && reflection.draft.recording !== take);
    if (!isOther && reflection.receipt) return receiptOf(reflection);
    if (values) {
      await this.store.putAside({ id: api.newId(), reflection: reflection.id, at: Date.now(), values });
      await this.store.removeDraft(reflection.id);
    }
    throw new CannotBe(_("Another version was handed in from somewhere else. What you wrote on this phone is kept beside it."));
  }

  /** Another window or the service worker has delivered it, or it was undone there. */
  async elsewhere(id) {
    if (!this.known.has(id) || this.news(id).state === "done") return true;
    const reflection = await api.reflection(id);
    this.tell(id, reflection.open ? { state: "undone" } : { state: "done", receipt: receiptOf(reflection) });
    return true;
  }

  /** Files that belong to it and are still on this phone have to arrive and be usable first. */
  async filesAreThere({ take, values }) {
    const posts = values?.format === "posts" ? values.posts : [];
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
  async wordsAreThere(reflection, { take, values }) {
    const draft = await Draft.open(reflection, this.store, { isWatching: false });
    try {
      checkSame(draft, values);
      await draft.saveAll();
      checkSame(draft, values);
    } finally {
      draft.close();
    }
    if (take && draft.recording !== take) await this.recordingComes(take);
    return draft.revision;
  }

  /** The recording that was pressed is not in the draft: it may still come, or another one has taken its place. */
  async recordingComes(take) {
    const media = await api.media(take).catch((reason) => {
      if (reason instanceof api.Refused && reason.status === 404) return null;
      throw reason;
    });
    if (media && ["receiving", "processing"].includes(media.state)) throw new NotYet("preparing");
    throw new CannotBe(media?.message || _("Another recording has taken the place of the one that you handed in. Listen to it, and hand in again."));
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
