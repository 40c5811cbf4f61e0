/**
 * Sends one item to the server by the tus 1.0.0 protocol: in small pieces, continued wherever the server stands.
 *
 * The server's offset is the only truth. One call of `deliver` is one attempt; who calls it again and when is decided
 * in outbox.js. Nothing is deleted here.
 */

import { reach, refusal, Unreachable } from "./api.js";
import { sha256 } from "./sha256.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const LARGEST_PIECE = 256 * 1024;
const SMALLEST_PIECE = 16 * 1024;
/** A piece that is not through after this time is given up; a black-holed connection never reports an error. */
const STALL_MS = 8000;

/** The bytes that arrived are not the bytes that were sent; the server has thrown them away. */
export class ChecksumDiffers extends Error {}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Uploader {
  constructor(store) {
    this.store = store;
    this.piece = LARGEST_PIECE;
  }

  /**
   * Makes one attempt to bring an item to the server and resolves when the server holds the same bytes (true), or
   * when the item is gone from the phone (false). `report(sent, size)` is called as the server confirms.
   * Throws Unreachable, ChecksumDiffers (both: try again), SignedOut or Refused.
   */
  async deliver(id, report = () => {}) {
    let item = await this.store.item(id);
    if (!item) return false;
    if (item.state === "sent") return true;
    const { blob } = await this.store.contents(item);
    if (!item.sha256 || item.size !== blob.size) {
      item = await this.store.changeItem(id, { sha256: await sha256(blob), size: blob.size });
      if (!item) return false;
    }
    let place = item.address ? await this.look(item.address) : null;
    if (!place) {
      item = await this.create(item);
      if (!item) return false;
      place = await this.look(item.address);
      if (!place) throw new Unreachable("the upload is not there yet");
    }
    report(place.offset, blob.size);
    while (place.offset < blob.size) {
      if (!(await this.store.item(id))) return false;
      place = await this.append(item, blob, place.offset);
      report(place.offset, blob.size);
    }
    return this.confirm(item, blob);
  }

  /** Makes the upload known to the server; the same id again gets the same answer. */
  async create(item) {
    const facts = {
      id: item.id,
      ...(item.activity ? { activity: item.activity } : { reflection: item.reflection }),
      purpose: item.purpose,
      filename: item.filename,
      filetype: item.mime || "application/octet-stream",
      sha256: item.sha256,
    };
    const metadata = Object.entries(facts).map(([name, value]) => `${name} ${base64(value)}`).join(",");
    const answer = await reach("/uploads", {
      method: "POST",
      headers: { ...TUS, "Upload-Length": String(item.size), "Upload-Metadata": metadata },
    }, STALL_MS);
    if (answer.status !== 201 && answer.status !== 200) throw await refusal(answer);
    const address = answer.headers.get("Location") ?? `/uploads/${item.id}`;
    return this.store.changeItem(item.id, { address });
  }

  /** Asks where the server stands; null when it does not know the upload (any more). */
  async look(address) {
    const answer = await reach(address, { method: "HEAD", headers: TUS }, STALL_MS);
    if (answer.status === 404 || answer.status === 410) return null;
    if (!answer.ok) throw await refusal(answer);
    return {
      offset: Number(answer.headers.get("Upload-Offset")),
      sha256: answer.headers.get("CIM-Sha256"),
    };
  }

  async append(item, blob, offset) {
    const end = Math.min(offset + this.piece, blob.size);
    const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    if (end === blob.size) headers["CIM-Sha256"] = item.sha256;
    let answer;
    try {
      answer = await reach(item.address, { method: "PATCH", headers, body: blob.slice(offset, end) }, STALL_MS);
    } catch (reason) {
      // A slow line gets smaller pieces, so that one always fits into the waiting time.
      this.piece = Math.max(SMALLEST_PIECE, this.piece / 2);
      throw reason;
    }
    if (answer.status === 460) throw new ChecksumDiffers();
    if (answer.status === 409 || answer.status === 404 || answer.status === 410) {
      const place = await this.look(item.address);
      if (place && place.offset !== offset) return place;
      throw new Unreachable(`status ${answer.status}`);
    }
    if (!answer.ok) throw await refusal(answer);
    this.piece = Math.min(LARGEST_PIECE, this.piece * 2);
    return { offset: Number(answer.headers.get("Upload-Offset")) };
  }

  /** Tells the server that the rest will not come. */
  abandon(address) {
    return reach(address, { method: "DELETE", headers: TUS }, STALL_MS);
  }

  /** Believes the transfer only when the server shows the length and the same SHA-256. */
  async confirm(item, blob) {
    const place = await this.look(item.address);
    if (!place || place.offset !== blob.size || !place.sha256) throw new Unreachable("not confirmed yet");
    if (place.sha256.toLowerCase() !== item.sha256) throw new ChecksumDiffers();
    await this.store.changeItem(item.id, { state: "sent" });
    return true;
  }
}
