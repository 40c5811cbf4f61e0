/**
 * Keeps work on the phone (IndexedDB): recordings, photos and evidence as slices, drafts, hand-ins, and texts set aside.
 *
 * Every person has a database of their own, named by their id, so that another student who signs in on the same phone
 * never sees this work. Blobs are stored as Blobs: as ArrayBuffers a long video would fill the memory.
 *
 * An item is {id, reflection, purpose: "recording"|"photo", kind: "audio"|"video"|"photo", filename, state, started_at,
 * seconds, trim: null|{start, end}, segments, …}; evidence has {activity, purpose: "evidence"} instead of a reflection.
 * A segment is {id, mime, filename, size, sha256, closed, seconds, closed_by, address, sent}: one run of the recorder, or
 * a whole file, and one upload. An item's state is one of
 *   recording  slices are coming in (or came in until a crash)
 *   review     whole; the person has not decided yet
 *   sending    on its way to the server
 *   sent       the server has the same bytes and is preparing them
 *   refused    the server cannot use it; it stays here until the person discards it
 *   discarded  its bytes are gone from here; the server is still to be told
 */

import { newId } from "./api.js";
import { asItem } from "./older.js";

const VERSION = 2;
const PREFIX = "cim-capture-";

const result = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** How a connection ends that a phone has taken away, mostly while the page slept: nothing was written then. */
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

/** Opens the store of one person. */
export async function openStore(owner) {
  return new Store(await opened(owner), owner);
}

async function opened(owner) {
  const opening = indexedDB.open(PREFIX + owner, VERSION);
  opening.onupgradeneeded = ({ oldVersion }) => {
    const database = opening.result;
    if (oldVersion < 1) {
      database.createObjectStore("items", { keyPath: "id" }).createIndex("reflection", "reflection");
      database.createObjectStore("slices", { keyPath: ["item", "number"] });
      database.createObjectStore("drafts", { keyPath: "reflection" });
      database.createObjectStore("aside", { keyPath: "id" }).createIndex("reflection", "reflection");
      database.createObjectStore("reflections", { keyPath: "id" });
    }
    database.createObjectStore("hand-ins", { keyPath: "reflection" });
    database.createObjectStore("facts");
  };
  const database = await result(opening);
  // Without this an older page that is still open would block the next version of the store.
  database.onversionchange = () => database.close();
  return database;
}

/** The names of all stores on this phone; undefined where the browser cannot tell. */
export async function storesHere() {
  try {
    return (await indexedDB.databases?.())?.map(({ name }) => name);
  } catch {
    return undefined;
  }
}

/** Tells whether a person ever kept work on this phone; true where the browser cannot tell. */
export async function hasStore(owner, here = storesHere()) {
  const names = await here;
  return names ? names.includes(PREFIX + owner) : true;
}

/** What `Store.seen` says of a phone that nobody has used yet. */
export const NOTHING_SEEN = { reflections: [], draft: () => undefined, itemsOf: () => [] };

const slicesOf = (segment, from = 0) => IDBKeyRange.bound([segment, from], [segment, Infinity]);

const inOrder = (items, purpose) => items.map(asItem)
  .filter((item) => item.purpose === purpose && item.state !== "discarded")
  .sort((one, other) => one.started_at - other.started_at);

/** What is known about a segment when it begins; `facts` are {id, mime, filename, …}. */
export const newSegment = (facts) => ({
  id: newId(), mime: "", filename: "", size: null, sha256: null, closed: false, seconds: 0, closed_by: null, address: null, sent: false, ...facts,
});

export class Store {
  constructor(database, owner) {
    this.database = database;
    this.owner = owner;
  }

  close() {
    this.isClosed = true;
    this.database.close();
  }

  /**
   * Runs `work` in one transaction and resolves when its writes are on the disk ("strict"). Where the phone has taken the
   * connection away, it is opened again and `work` done once more.
   */
  async transaction(stores, mode, work) {
    const { database } = this;
    try {
      return await this.attempt(stores, mode, work);
    } catch (reason) {
      if (this.isClosed || !LOST.has(reason.name)) throw reason;
      if (this.database === database) await this.openAgain();
      return this.attempt(stores, mode, work);
    }
  }

  /** Opens one new connection for all that have lost the old one. */
  openAgain() {
    this.opening ??= opened(this.owner).then((database) => {
      this.database.close();
      Object.assign(this, { database, opening: null });
    }).catch((reason) => {
      this.opening = null;
      throw reason;
    });
    return this.opening;
  }

  async attempt(stores, mode, work) {
    const transaction = this.database.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const finished = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new DOMException("the write was aborted", "AbortError"));
    });
    // A failing write rejects both promises; the second must not be reported as unhandled.
    finished.catch(() => {});
    const value = await work(...stores.map((name) => transaction.objectStore(name)));
    await finished;
    return value;
  }

  get(store, key) {
    return this.transaction([store], "readonly", (rows) => result(rows.get(key)));
  }

  all(store) {
    return this.transaction([store], "readonly", (rows) => result(rows.getAll()));
  }

  put(store, row, key) {
    return this.transaction([store], "readwrite", (rows) => result(rows.put(row, key)));
  }

  remove(store, key) {
    return this.transaction([store], "readwrite", (rows) => result(rows.delete(key)));
  }

  // Recordings, photos and evidence

  async item(id) {
    const item = await this.get("items", id);
    return item && asItem(item);
  }

  async items() {
    return (await this.all("items")).map(asItem);
  }

  /** Lists the recordings or photos of one reflection, oldest first; what was discarded is not among them. */
  async itemsOf(reflection, purpose) {
    return inOrder(await this.transaction(["items"], "readonly", (items) => result(items.index("reflection").getAll(reflection))), purpose);
  }

  putItem(item) {
    return this.put("items", { segments: [], trim: null, ...item });
  }

  /** Changes fields of an item and returns it; null when it is no longer there. */
  changeItem(id, fields) {
    return this.editItem(id, (item) => ({ ...item, ...fields }));
  }

  /** Changes fields of one segment of an item and returns the item; null when it is no longer there. */
  changeSegment(id, segment, fields) {
    return this.editItem(id, (item) => ({
      ...item, segments: item.segments.map((one) => (one.id === segment ? { ...one, ...fields } : one)),
    }));
  }

  /** Adds a segment at the end, for a recording that goes on. */
  addSegment(id, segment) {
    return this.editItem(id, (item) => ({ ...item, segments: [...item.segments, newSegment(segment)] }));
  }

  editItem(id, edit) {
    return this.transaction(["items"], "readwrite", async (items) => {
      const item = await result(items.get(id));
      if (!item) return null;
      const changed = edit(asItem(item));
      await result(items.put(changed));
      return changed;
    });
  }

  /** Adds one slice of a segment; `peaks` are its heights (0 to 1, ten a second) for the picture of the sound. */
  putSlice(segment, number, data, seconds, peaks = []) {
    return this.put("slices", { item: segment, number, data, seconds, peaks });
  }

  /** Puts a whole file in as an item with a single segment of a single slice, all or nothing; gives the item. */
  putFile(item, data) {
    const facts = { mime: item.mime, filename: item.filename, closed: true, seconds: item.seconds ?? 0 };
    // A photo or a piece of evidence is its upload; a recording may have several.
    const segment = newSegment(item.purpose === "recording" ? facts : { ...facts, id: item.id });
    return this.transaction(["items", "slices"], "readwrite", async (items, slices) => {
      await result(slices.put({ item: segment.id, number: 0, data, seconds: segment.seconds, peaks: [] }));
      const whole = { trim: null, ...item, segments: [segment] };
      await result(items.put(whole));
      return whole;
    });
  }

  /** The slices of a segment from one on, in order: {number, data, seconds, peaks}. */
  slices(segment, from = 0) {
    return this.transaction(["slices"], "readonly", (slices) => result(slices.getAll(slicesOf(segment, from))));
  }

  /** The bytes of a segment (or of a photo) as one Blob, how many seconds its slices cover, and its peaks. */
  async contents({ id, mime }) {
    const slices = await this.slices(id);
    const blob = new Blob(slices.map((slice) => slice.data), { type: mime });
    return { blob, seconds: slices.at(-1)?.seconds ?? 0, peaks: slices.flatMap((slice) => slice.peaks ?? []) };
  }

  /** Removes an item with all its bytes; with `fields` it stays as a note that says what became of it. */
  removeItem(id, fields = null) {
    return this.transaction(["items", "slices"], "readwrite", async (items, slices) => {
      const item = await result(items.get(id));
      if (!item) return;
      for (const segment of asItem(item).segments) slices.delete(slicesOf(segment.id));
      await result(fields ? items.put({ ...asItem(item), ...fields }) : items.delete(id));
    });
  }

  /** What a list of reflections needs, read at once: {reflections, draft(id), itemsOf(id, purpose)}. */
  async seen() {
    const [reflections, drafts, items] = await this.transaction(["reflections", "drafts", "items"], "readonly", (...stores) =>
      Promise.all(stores.map((rows) => result(rows.getAll()))));
    return {
      reflections,
      draft: (id) => drafts.find(({ reflection }) => reflection === id),
      itemsOf: (id, purpose) => inOrder(items.filter(({ reflection }) => reflection === id), purpose),
    };
  }

  // Drafts, hand-ins, and what the page needs to open without a network

  draft(reflection) {
    return this.get("drafts", reflection);
  }

  drafts() {
    return this.all("drafts");
  }

  putDraft(draft) {
    return this.put("drafts", draft);
  }

  removeDraft(reflection) {
    return this.remove("drafts", reflection);
  }

  putAside(kept) {
    return this.put("aside", kept);
  }

  async asideOf(reflection) {
    const kept = await this.transaction(["aside"], "readonly", (aside) => result(aside.index("reflection").getAll(reflection)));
    return kept.sort((one, other) => other.at - one.at);
  }

  handIn(reflection) {
    return this.get("hand-ins", reflection);
  }

  handIns() {
    return this.all("hand-ins");
  }

  putHandIn(handIn) {
    return this.put("hand-ins", handIn);
  }

  removeHandIn(reflection) {
    return this.remove("hand-ins", reflection);
  }

  reflection(id) {
    return this.get("reflections", id);
  }

  reflections() {
    return this.all("reflections");
  }

  putReflection(reflection) {
    return this.put("reflections", reflection);
  }

  /** Takes the server's list as a whole; a reflection that is not on it any more is forgotten here. */
  putReflections(list) {
    return this.transaction(["reflections"], "readwrite", async (rows) => {
      rows.clear();
      await Promise.all(list.map((reflection) => result(rows.put(reflection))));
    });
  }

  /** One remembered value, such as when the server answered last; undefined when there is none. */
  fact(name) {
    return this.get("facts", name);
  }

  putFact(name, value) {
    return this.put("facts", value, name);
  }
}
