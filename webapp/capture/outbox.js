/**
 * Brings everything that waits on this phone to the server and follows it until it can be used.
 *
 * The bytes of a recording go ahead while it is still being made; what they are is said when the person has decided. An
 * item leaves the phone only when the server has given its receipt (length and SHA-256 of every segment) *and* could use
 * the file: a refused recording stays. Runs in a window and, for background sync, in the service worker.
 */

import { line, media as loadMedia, Refused, Unreachable } from "./api.js";
import { HandIns } from "./hand_ins.js";
import { isAnnounced, isPassing, Sending, sizeOf } from "./sending.js";
import { alone, askForSync } from "./turns.js";
import { unsent } from "./unsent.js";
import { EmptySegment } from "./upload.js";
import { _ } from "./words.js";

const FIRST_WAIT_MS = 500;
/** Somebody looks and waits, or nobody does. */
const LONGEST_WAIT_MS = { looking: 2000, away: 30_000 };
const CHECKSUM_TRIES = 3;
const ANSWER_KEPT_MS = 10_000;

const isUnreadable = (reason) => reason instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(reason.name);
const isHidden = () => globalThis.document?.visibilityState === "hidden";

/**
 * Emits "change" with {id, state, sent, size, message, progress, media}; state is one of
 * early (being recorded or not decided yet), waiting, sending, offline, signed_out, processing, ready, refused.
 * Emits "hand-in" with what `handInNews` gives.
 */
export class Outbox extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.sending = new Sending(store);
    this.followed = new Map();
    this.awake = new EventTarget();
    this.handIns = new HandIns(this);
    const wake = () => !isHidden() && this.wake();
    globalThis.addEventListener("online", wake);
    globalThis.document?.addEventListener("visibilitychange", wake);
    line.addEventListener("answer", () => this.answered());
  }

  /** Continues everything that an earlier visit left, for any reflection of this person; resolves when it is begun. */
  async resume() {
    const works = [];
    for (const item of await this.store.items()) {
      if (item.state === "sending" || item.state === "sent") works.push(this.follow(item));
      else if (item.state === "recording" || item.state === "review") works.push(this.begin(item.id));
      else if (item.state === "discarded") works.push(this.forget(item));
    }
    works.push(...(await this.handIns.resume()));
    this.works = Promise.allSettled(works);
  }

  /** Lets the bytes of a recording go ahead, from its first slice on, until the person has decided. */
  async begin(id) {
    if (this.followed.has(id)) return;
    const isEarly = () => this.news(id)?.state === "early";
    const report = (sent, size) => isEarly() && this.report(id, { state: "early", sent, size: size ?? sent });
    this.report(id, { state: "early" });
    for (let attempt = 0, isDone = false; isEarly() && !isDone; attempt += 1) {
      try {
        isDone = await this.turn("early", id, () => this.sending.goAhead(id, report));
        attempt = 0;
      } catch (reason) {
        // What is refused or empty while it goes ahead is told in words when the person has decided.
        isDone = !isPassing(reason) && (reason instanceof Refused || reason instanceof EmptySegment);
        if (!isDone && !isPassing(reason)) throw reason;
      }
      if (!isDone) await this.pause(attempt);
    }
    if (isEarly()) this.followed.delete(id);
  }

  /** Starts sending an item that the person has decided to use; a recording that was cut ends where it was cut. */
  async send(id) {
    const item = await this.store.editItem(id, (one) => ({
      ...one, state: "sending", message: null, segments: one.segments.map((segment) => ({ ...segment, closed: true })),
    }));
    if (!item) return;
    this.followed.delete(id);
    this.follow(item);
  }

  /** What is known about an item now; null when it is not being sent. */
  news(id) {
    return this.followed.get(id) ?? null;
  }

  /** The most urgent state of everything decided that is still only on this phone; null when nothing is. */
  get state() {
    const states = [...this.followed.values()].map((news) => (news.state === "waiting" ? "sending" : news.state));
    return ["signed_out", "offline", "sending"].find((state) => states.includes(state)) ?? null;
  }

  /** Tries again now instead of at the end of the pause. */
  wake() {
    this.awake.dispatchEvent(new Event("wake"));
  }

  report(id, news) {
    const whole = { sent: 0, size: 0, ...this.followed.get(id), message: null, ...news, id };
    this.followed.set(id, whole);
    this.dispatchEvent(new CustomEvent("change", { detail: whole }));
  }

  async follow(item) {
    if (this.followed.has(item.id)) return;
    this.report(item.id, { state: item.state === "sent" ? "processing" : "waiting", sent: item.sent ?? 0, size: sizeOf(item) });
    askForSync();
    try {
      if (item.state === "sent" || (await this.untilSent(item.id))) await this.untilUsable(item.id);
      else await this.elsewhere(item.id);
    } catch (reason) {
      if (reason instanceof Refused) await this.refuse(item.id, reason.message || _("The server does not take this file."));
      else if (reason instanceof EmptySegment) await this.refuse(item.id, _("Nothing was recorded. Record again, or choose a file."));
      // Browsers may lose the bytes behind a file that another app has moved or deleted.
      else if (isUnreadable(reason)) await this.refuse(item.id, _("This phone cannot read the file any more. Please choose it again."));
      else throw reason;
    }
  }

  /** The item is gone from this phone: discarded, or brought to the server by another window or the service worker. */
  async elsewhere(id) {
    if (!this.followed.has(id)) return;
    try {
      const media = await loadMedia(id);
      this.report(id, media.state === "refused" ? { state: "refused", message: media.message } : { state: media.state, media });
    } catch (reason) {
      if (!isPassing(reason) && !(reason instanceof Refused)) throw reason;
      this.followed.delete(id);
    }
  }

  async untilSent(id) {
    let checksums = 0;
    for (let attempt = 0; ; attempt += 1) {
      let reached = -1;
      const moved = (sent, size) => {
        // Progress means that the line works: the next pause starts short again.
        if (reached >= 0 && sent > reached) attempt = 0;
        reached = sent;
        this.report(id, { state: "sending", sent, size });
      };
      try {
        return await this.turn("decided", id, () => this.sending.deliver(id, moved));
      } catch (reason) {
        // A full phone is no reason to give up: nothing of the item is lost, and there may be room again.
        const isFull = reason instanceof DOMException && !isUnreadable(reason);
        const kind = isFull ? "waiting" : await this.sending.kindOf(reason);
        if (kind === "checksum" && (checksums += 1) > CHECKSUM_TRIES) {
          throw new Refused(460, "checksum", _("The file was damaged on its way. Please try again."));
        }
        if (kind !== "checksum") this.report(id, { state: kind });
      }
      // Only for the words on the screen after a reload; where to continue is asked from the server.
      await this.store.changeItem(id, { sent: this.news(id)?.sent ?? 0 }).catch(() => {});
      await this.pause(attempt);
    }
  }

  async untilUsable(id) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const media = await loadMedia(id);
        if (media.state === "ready") {
          await this.store.removeItem(id);
          this.report(id, { state: "ready", media });
          return;
        }
        if (media.state === "refused") {
          await this.refuse(id, media.message || _("The server cannot use this file."));
          return;
        }
        this.report(id, { state: "processing", progress: media.progress });
      } catch (reason) {
        const kind = await this.sending.kindOf(reason);
        this.report(id, { state: "processing", signedOut: kind === "signed_out" });
      }
      await this.pause(Math.min(1 + attempt / 4, 4));
    }
  }

  async refuse(id, message) {
    await this.store.changeItem(id, { state: "refused", message });
    this.report(id, { state: "refused", message });
  }

  /** Removes an item from the phone; what is on the server already is taken back there, now or when there is a network. */
  async discard(id) {
    const item = await this.store.item(id);
    this.followed.delete(id);
    if (!item) return;
    const isKnown = item.state !== "sent" && isAnnounced(item);
    await this.store.removeItem(id, isKnown ? { state: "discarded" } : null);
    this.wake();
    if (isKnown) await this.forget(item);
  }

  /** The note about a discarded item stays until the server could be told; the next visit tries again. */
  async forget(item) {
    try {
      if (await this.sending.forget(item)) await this.store.removeItem(item.id);
    } catch (reason) {
      if (!(reason instanceof Unreachable)) throw reason;
    }
  }

  /** Keeps that the person pressed, now, and hands in as soon as everything is there. The draft must be kept before. */
  handIn(reflection, { take = null } = {}) {
    askForSync();
    return this.handIns.press(reflection, { take });
  }

  /** Takes a hand-in back that has not reached the server; false when it has. */
  undoHandIn(reflection) {
    return this.handIns.undo(reflection);
  }

  /** {reflection, state, message, receipt, pressed_at}; null when nothing was pressed. */
  handInNews(reflection) {
    return this.handIns.news(reflection);
  }

  /** Lists everything that this phone holds and the server does not (see unsent.js). */
  waiting() {
    return unsent(this);
  }

  /** When the server answered last, in milliseconds; undefined when it never did. */
  lastAnswer() {
    return this.store.fact("answered");
  }

  answered() {
    const now = Date.now();
    if (now - (this.answerKept ?? 0) < ANSWER_KEPT_MS) return;
    this.answerKept = now;
    this.store.putFact("answered", now).catch(() => {});
  }

  /** Sends one item at a time in each lane, and never the same item twice at once, over all windows and the worker. */
  turn(lane, id, work) {
    return alone(`cim-${lane}-${this.store.owner}`, () => alone(`cim-item-${id}`, work));
  }

  /** Waits longer after every failure, with jitter, and ends early when the network or the person comes back. */
  pause(attempt) {
    const longest = Math.min(isHidden() ? LONGEST_WAIT_MS.away : LONGEST_WAIT_MS.looking, FIRST_WAIT_MS * 2 ** attempt);
    return new Promise((done) => {
      const go = () => {
        clearTimeout(timer);
        this.awake.removeEventListener("wake", go);
        done();
      };
      const timer = setTimeout(go, longest * (0.5 + Math.random() / 2));
      this.awake.addEventListener("wake", go);
    });
  }
}
