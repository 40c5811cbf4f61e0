/** Brings one item to the server, one attempt at a time: its segments, then what it is made of, then the receipt. */

import { giveUpTake, me, Refused, SignedOut, Unreachable, useTake } from "./api.js";
import { beginOnServer } from "./beginning.js";
import { sha256 } from "./sha256.js";
import { asked } from "./questions.js";
import { ChecksumDiffers, EmptySegment, isGone, isTake, Uploader } from "./upload.js";

export const sizeOf = (item) => item.segments.reduce((sum, segment) => sum + (segment.size ?? 0), 0);

/** Whether the server may know anything of an item, so that it must be told when that is discarded. */
export const isAnnounced = (item) => Boolean(item.announced) || item.segments.some(({ address }) => address);

/** Sends an item once more from where the server stands, whatever it said about it before. */
export async function sendAgain(outbox, id) {
  await outbox.store.editItem(id, (item) => ({ ...item, segments: item.segments.map((one) => ({ ...one, sent: false })) }));
  await outbox.send(id);
}

/** Failures that may pass: whoever sent tries again. */
export const isPassing = (reason) => [SignedOut, Unreachable, ChecksumDiffers].some((kind) => reason instanceof kind);

export class Sending {
  constructor(store) {
    this.store = store;
    this.uploader = new Uploader(store);
  }

  /** Sends what there is of an undecided item; true when there is nothing more to do for it now. */
  async goAhead(id, report) {
    const item = await this.store.item(id);
    if (!item || !["recording", "review"].includes(item.state)) return true;
    const next = item.segments.find((segment) => !segment.sent);
    if (!next) return item.state === "review";
    if (!(await this.uploader.hasMore(next))) return false;
    await beginOnServer(this.store, item.reflection);
    await this.uploader.deliver(id, next.id, report);
    return false;
  }

  /** Makes one attempt for a decided item and gets its receipt; false when the item is gone from the phone. */
  async deliver(id, report) {
    let item = await this.store.item(id);
    if (isGone(item)) return false;
    if (item.state === "sent") return true;
    await beginOnServer(this.store, item.reflection);
    if (isTake(item)) item = await this.announce(item);
    if (!item) return false;
    const whole = sizeOf(item);
    let before = 0;
    for (const { id: segment } of item.segments) {
      const arrived = await this.uploader.deliver(id, segment, (sent, size) => report(before + sent, whole || before + size));
      if (!arrived) return false;
      item = await this.store.item(id);
      if (isGone(item)) return false;
      before += item.segments.find((one) => one.id === segment).size;
    }
    if (isTake(item)) await this.receipt(item);
    return !isGone(await this.store.editItem(id, (one) => (isGone(one) ? one : { ...one, state: "sent" })));
  }

  /**
   * Says once, before the bytes are there, that this take is wanted: nobody hands in an older one by mistake. Null when
   * it was discarded meanwhile.
   */
  async announce(item) {
    const segments = [];
    for (const segment of item.segments) {
      const { blob } = await this.store.contents(segment);
      // A segment that was cut before its first slice is no part of the take.
      if (blob.size) segments.push(segment.sha256 && segment.size === blob.size ? segment : { ...segment, size: blob.size, sha256: await sha256(blob) });
    }
    if (!segments.length) throw new EmptySegment();
    // Kept before it is said: the answer may get lost.
    const changed = await this.store.editItem(item.id, (one) => (isGone(one) ? one : { ...one, segments, announced: true }));
    if (isGone(changed)) return null;
    await this.declare(changed);
    if (!isGone(await this.store.item(item.id))) return changed;
    await this.giveUp(item.id);
    return null;
  }

  /** Believes that the server has the take only when its receipt says the same as this phone. */
  async receipt(item) {
    const { complete, manifest, segments } = await this.declare(item);
    if (!complete) {
      // It once said that it had them; after a backup was put back it may not.
      for (const { upload, received } of segments) if (!received) await this.store.changeSegment(item.id, upload, { sent: false });
      throw new Unreachable("a segment is not there yet");
    }
    const isSame = item.segments.every(({ id, size, sha256: sum }, place) => {
      const theirs = segments[place];
      return theirs.upload === id && theirs.size === size && theirs.sha256 === sum;
    });
    if (!isSame || manifest !== (await manifestOf(item))) throw new ChecksumDiffers();
  }

  /** Says what a take is made of. When the server has other bytes of it, it forgets them, and they come again. */
  async declare(item) {
    try {
      return await declare(item);
    } catch (reason) {
      if (!(reason instanceof Refused) || reason.code !== "segment_differs") throw reason;
      await this.forget(item);
      const unknown = { size: null, sha256: null, address: null, sent: false };
      await this.store.editItem(item.id, (one) => ({ ...one, segments: one.segments.map((segment) => ({ ...segment, ...unknown })) }));
      throw new ChecksumDiffers();
    }
  }

  /** Tells the server to forget what was discarded; false when it could not be told. */
  async forget(item) {
    // For somebody else the server knows nothing of this work, and rightly says so.
    if (!(await this.isOwnerHere())) return false;
    // A take comes before its segments: as long as it is wanted, they are kept.
    if (isTake(item) && !(await this.giveUp(item.id))) return false;
    for (const { address } of item.segments) {
      const answer = address && (await this.uploader.abandon(address));
      if (answer && !answer.ok && ![404, 409, 410].includes(answer.status)) return false;
    }
    return true;
  }

  /** Tells the server that a take is not wanted; false when it could not be told. What is prepared already stays. */
  async giveUp(id) {
    try {
      await giveUpTake(id);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      return [404, 409, 410].includes(reason.status);
    }
    return true;
  }

  /** Names what a failure means for what waits: signed_out, offline or checksum; others are thrown again. */
  async kindOf(reason) {
    if (reason instanceof SignedOut) return "signed_out";
    if (reason instanceof Unreachable) return "offline";
    if (reason instanceof ChecksumDiffers) return "checksum";
    // Somebody else may have signed in on this phone: then the server rightly knows nothing of this work.
    if (reason instanceof Refused && !(await this.isOwnerHere())) return "signed_out";
    throw reason;
  }

  async isOwnerHere() {
    try {
      return (await me()).id === this.store.owner;
    } catch (reason) {
      return !(reason instanceof SignedOut || reason instanceof Unreachable);
    }
  }
}

function declare({ id, reflection, kind, segments, trim }) {
  const facts = {
    reflection, kind,
    segments: segments.map(({ id: upload, size, sha256: sum }) => ({ upload, size, sha256: sum })),
    trim_start_seconds: trim?.start ?? null, trim_end_seconds: trim?.end ?? null,
  };
  return asked((wait) => useTake(id, facts, wait));
}

/** One segment is its own manifest; of several it is the SHA-256 over theirs, a line each. */
async function manifestOf({ segments }) {
  if (segments.length === 1) return segments[0].sha256;
  return sha256(new Blob([segments.map((segment) => segment.sha256).join("\n")]));
}
