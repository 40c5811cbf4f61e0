/**
 * Saves the draft by itself: on the phone at every change, on the server at every pause.
 *
 * Emits "state" ({state, message}) and "values" when something other than the person's typing changed the draft. States:
 * saved, typing (about to be kept), kept (on this phone), offline, signed_out, refused, conflict, unsafe (the phone cannot keep it).
 */

import { newId, reflection as loadReflection, Refused, saveDraft, SignedOut, Unreachable } from "./api.js";
import { beginOnServer } from "./beginning.js";
import { differences, merge, plain } from "./merge.js";

const SERVER_PAUSE_MS = 1500;
const LONGEST_RETRY_MS = 30_000;
const SENT_REMEMBERED = 8;

/** Leaves out what no server can keep: half an emoji that a keyboard left behind, and the letter nought. */
const writable = (fields) =>
  JSON.parse(JSON.stringify(fields), (_name, value) => (typeof value === "string" ? value.replace(/[\0\p{Surrogate}]/gu, "") : value));

export class Draft extends EventTarget {
  /** Opens the draft of a reflection and joins it with unsaved work of an earlier visit. */
  static async open(reflection, store, { isWatching = true } = {}) {
    const draft = new Draft(reflection, store);
    if (isWatching) draft.watch();
    let kept = null;
    try {
      kept = await store.draft(reflection.id);
    } catch {
      draft.unsafe = true;
    }
    if (kept) {
      Object.assign(draft, { base: kept.base, revision: kept.revision, values: writable(kept.values), sent: kept.sent, begunAt: kept.begun_at ?? kept.at });
      if (reflection.draft.revision >= kept.revision) draft.join(reflection);
    }
    if (!draft.conflict) draft.tell(draft.unsaved.length ? "kept" : "saved");
    return draft;
  }

  constructor(reflection, store) {
    super();
    this.id = reflection.id;
    this.store = store;
    this.base = plain(reflection);
    this.revision = reflection.draft.revision;
    this.recording = reflection.draft.recording ?? null;
    this.values = plain(reflection);
    this.sent = [];
    this.begunAt = Date.now();
    this.conflict = null;
    this.failures = 0;
  }

  /** The fields that the server does not have yet. */
  get unsaved() {
    return differences(this.values, this.base);
  }

  /** Takes a change made by the person. */
  change(fields) {
    this.values = { ...this.values, ...writable(fields) };
    clearTimeout(this.serverTimer);
    this.keepSoon();
    this.serverTimer = setTimeout(() => this.save(), SERVER_PAUSE_MS);
    if (this.unsaved.length && this.state === "saved") this.tell("typing");
  }

  /** Gives the server a moment to take what is not saved, before the page is left for one that shows it. */
  async settle(milliseconds) {
    const pause = (time) => new Promise((done) => setTimeout(done, time));
    const until = Date.now() + milliseconds;
    while (this.unsaved.length && Date.now() < until) {
      await Promise.race([this.save(), pause(until - Date.now())]);
      if (this.unsaved.length) await pause(100);
    }
  }

  /** Writes every change to the phone at once; while one is being written, those that come are written together. */
  async keepSoon() {
    this.isChanged = true;
    if (this.keeping) return;
    this.keeping = true;
    while (this.isChanged) {
      this.isChanged = false;
      await this.keep();
    }
    this.keeping = false;
  }

  /** Saves until the server has everything; throws what stands in the way, and ends early with a conflict. */
  async saveAll() {
    while (this.unsaved.length && !this.conflict) {
      this.trouble = null;
      await this.save();
      if (this.trouble) throw this.trouble;
    }
  }

  /** Writes the draft to the phone. */
  async keep() {
    if (this.closed) return;
    const { id: reflection, base, revision, values, sent, begunAt } = this;
    try {
      await this.store.putDraft({ reflection, base, revision, values, sent, begun_at: begunAt, at: Date.now() });
      this.unsafe = false;
    } catch {
      // A full or locked store must not stop the typing; the words on the screen say what it means.
      this.unsafe = true;
    }
    const trouble = ["offline", "signed_out", "refused", "unsafe"].includes(this.state);
    if (this.unsaved.length && !this.conflict && (this.unsafe || !trouble)) this.tell("kept");
  }

  /** Writes the draft to the server; `keepalive` when the page is about to go. */
  async save({ keepalive = false } = {}) {
    clearTimeout(this.serverTimer);
    if (this.closed || this.conflict) return undefined;
    if (this.saving && !keepalive) return this.saving;
    const fields = this.unsaved;
    if (!fields.length) {
      this.keep();
      this.tell("saved");
      return undefined;
    }
    const sending = this.send(Object.fromEntries(fields.map((field) => [field, this.values[field]])), keepalive);
    if (keepalive) return sending;
    this.saving = sending.finally(() => { this.saving = null; });
    return this.saving;
  }

  async send(fields, keepalive) {
    // What may arrive without an answer is remembered first, so that it is never mistaken for somebody else's work.
    this.sent = [...this.sent, fields].slice(-SENT_REMEMBERED);
    const keeping = this.keep();
    try {
      if (!keepalive) {
        await keeping;
        await beginOnServer(this.store, this.id, this.values);
      }
      this.saved(await saveDraft(this.id, { base_revision: this.revision, ...fields }, { keepalive }), fields);
    } catch (reason) {
      await this.failed(reason);
    }
  }

  saved(answer, sending) {
    this.failures = 0;
    this.recording = answer.draft.recording ?? null;
    if (answer.draft.revision >= this.revision) {
      this.base = { ...plain(answer), ...sending };
      this.revision = answer.draft.revision;
      this.sent = [];
    }
    this.dispatchEvent(new CustomEvent("reflection", { detail: answer }));
    this.keep();
    if (!this.unsaved.length) this.tell("saved");
    else this.later(SERVER_PAUSE_MS);
  }

  async failed(reason) {
    this.trouble = reason;
    if (reason instanceof SignedOut) return this.tell("signed_out");
    if (reason instanceof Unreachable) {
      this.failures += 1;
      this.later(Math.min(LONGEST_RETRY_MS, 1500 * 2 ** this.failures) * (0.5 + Math.random() / 2));
      return this.tell("offline");
    }
    if (!(reason instanceof Refused)) throw reason;
    if (reason.code !== "newer_draft") return this.tell("refused", reason.message);
    try {
      this.join(reason.body.current ?? (await loadReflection(this.id)));
      this.trouble = null;
    } catch (second) {
      if (!(second instanceof Refused || second instanceof Unreachable)) throw second;
      return this.tell("offline");
    }
    if (!this.conflict) this.later(0);
    return undefined;
  }

  /** Takes in what the server has now; where both sides changed the same thing, the person chooses. */
  join(reflection) {
    const theirs = plain(reflection);
    this.recording = reflection.draft.recording ?? null;
    const { values, conflicts } = merge({ base: this.base, mine: this.values, theirs, sent: this.sent });
    const before = this.values;
    this.values = values;
    if (conflicts.length) {
      // The old base stays until the person has chosen, so that a reload finds the same conflict again.
      this.conflict = { fields: conflicts, theirs, revision: reflection.draft.revision };
      this.tell("conflict");
    } else {
      this.base = theirs;
      this.revision = reflection.draft.revision;
    }
    if (differences(before, values).length) this.dispatchEvent(new Event("values"));
    this.dispatchEvent(new CustomEvent("reflection", { detail: reflection }));
  }

  /** Ends a conflict ("mine" or "theirs"); the version that was not chosen stays on the phone. */
  async choose(which) {
    const { fields, theirs, revision } = this.conflict;
    const loser = which === "mine" ? theirs : this.values;
    await this.store.putAside({ id: newId(), reflection: this.id, at: Date.now(), values: loser });
    if (which === "theirs") {
      this.values = { ...this.values, ...Object.fromEntries(fields.map((field) => [field, theirs[field]])) };
    }
    Object.assign(this, { base: theirs, revision, conflict: null, sent: [] });
    this.dispatchEvent(new Event("values"));
    this.tell("kept");
    await this.keep();
    await this.save();
  }

  /** Ends the work on this draft in this window; another one has it now. */
  close() {
    clearTimeout(this.serverTimer);
    this.closed = true;
  }

  /** Takes the work up again that `close` ended. */
  goOn() {
    this.closed = false;
  }

  later(wait) {
    clearTimeout(this.serverTimer);
    this.serverTimer = setTimeout(() => this.save(), wait);
  }

  tell(state, message = "") {
    this.state = this.unsafe && this.unsaved.length && ["kept", "offline"].includes(state) ? "unsafe" : state;
    this.message = message;
    this.dispatchEvent(new Event("state"));
  }

  watch() {
    const flush = () => {
      if (!this.unsaved.length) return;
      this.keep();
      this.save({ keepalive: true });
    };
    const back = () => document.visibilityState === "visible" && this.unsaved.length && this.save();
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? flush() : back()));
    addEventListener("pagehide", flush);
    addEventListener("online", back);
  }
}
