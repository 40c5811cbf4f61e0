/**
 * Brings everything that waits on this phone to the server and follows it until it can be used.
 *
 * An item leaves the phone only when the server has confirmed its bytes *and* could use them: a refused recording stays.
 */

import { media as loadMedia, Refused, SignedOut, Unreachable } from "./api.js";
import { ChecksumDiffers, Uploader } from "./upload.js";
import { _ } from "./words.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const CHECKSUM_TRIES = 3;

/**
 * Emits "change" with {id, state, sent, size, message, progress, media}; state is one of
 * waiting, sending, offline, signed_out, processing, ready, refused.
 */
export class Outbox extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.uploader = new Uploader(store);
    this.followed = new Map();
    this.awake = new EventTarget();
    const wake = () => document.visibilityState === "visible" && this.wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  }

  /** Continues everything that an earlier visit left, for any reflection of this person. */
  async resume() {
    for (const item of await this.store.items()) {
      if (item.state === "sending" || item.state === "sent") this.follow(item);
    }
  }

  /** Starts sending an item that the person has decided to use. */
  async send(id) {
    const item = await this.store.changeItem(id, { state: "sending", message: null });
    if (item) this.follow(item);
  }

  /** What is known about an item now; null when it is not being sent. */
  news(id) {
    return this.followed.get(id) ?? null;
  }

  /** The most urgent state of all items that are still only on this phone; null when there are none. */
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
    this.report(item.id, { state: item.state === "sent" ? "processing" : "waiting", sent: item.sent ?? 0, size: item.size ?? 0 });
    try {
      if (await this.untilSent(item.id)) await this.untilUsable(item.id);
      else this.followed.delete(item.id);
    } catch (reason) {
      if (reason instanceof Refused) await this.refuse(item.id, reason.message || _("The server does not take this file."));
      // Browsers may lose the bytes behind a file that another app has moved or deleted.
      else if (reason instanceof DOMException) await this.refuse(item.id, _("This phone cannot read the file any more. Please choose it again."));
      else throw reason;
    }
  }

  async untilSent(id) {
    let attempt = 0;
    let checksums = 0;
    for (;;) {
      try {
        let reached = -1;
        return await alone(`cim-upload-${this.store.owner}`, () =>
          this.uploader.deliver(id, (sent, size) => {
            // Progress means that the line works: the next pause starts short again.
            if (reached >= 0 && sent > reached) attempt = 0;
            reached = sent;
            this.report(id, { state: "sending", sent, size });
          }));
      } catch (reason) {
        if (reason instanceof SignedOut) this.report(id, { state: "signed_out" });
        else if (reason instanceof Unreachable) this.report(id, { state: "offline" });
        else if (reason instanceof ChecksumDiffers && checksums < CHECKSUM_TRIES) checksums += 1;
        else if (reason instanceof ChecksumDiffers) throw new Refused(460, "checksum", _("The file was damaged on its way. Please try again."));
        else throw reason;
      }
      // Only for the words on the screen after a reload; where to continue is asked from the server.
      await this.store.changeItem(id, { sent: this.news(id)?.sent ?? 0 });
      await this.pause(attempt);
      attempt += 1;
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
        if (reason instanceof SignedOut) this.report(id, { state: "processing", signedOut: true });
        else if (!(reason instanceof Unreachable)) throw reason;
      }
      await this.pause(Math.min(1 + attempt / 4, 4));
    }
  }

  async refuse(id, message) {
    await this.store.changeItem(id, { state: "refused", message });
    this.report(id, { state: "refused", message });
  }

  /** Forgets a refused or discarded item and removes it from the phone. */
  async discard(id) {
    const item = await this.store.item(id);
    this.followed.delete(id);
    await this.store.removeItem(id);
    // Without an answer the server forgets an unfinished upload by itself after its time.
    if (item?.state === "sending" && item.address) await this.uploader.abandon(item.address).catch(() => {});
  }

  /** Waits longer after every failure, with jitter, and ends early when the network or the person comes back. */
  pause(attempt) {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    return new Promise((done) => {
      const timer = setTimeout(done, longest * (0.5 + Math.random() / 2));
      this.awake.addEventListener("wake", () => { clearTimeout(timer); done(); }, { once: true });
    });
  }
}

/** Runs one thing at a time over all tabs; where the browser has no locks, within this tab. */
const turns = new Map();
function alone(name, work) {
  if (navigator.locks) return navigator.locks.request(name, work);
  const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
  turns.set(name, turn.catch(() => {}));
  return turn;
}
