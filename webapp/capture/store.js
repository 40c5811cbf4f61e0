/**
 * Keeps work on the phone (IndexedDB): recordings, photos and evidence as slices, drafts, and texts set aside.
 *
 * Every person has a database of their own, named by their id, so that another student who signs in on the same phone
 * never sees this work. Blobs are stored as Blobs: as ArrayBuffers a long video would fill the memory.
 *
 * An item is {id, reflection, purpose: "recording"|"photo", kind: "audio"|"video"|"photo", mime, filename, state,
 * started_at, seconds, …}; evidence has {activity, purpose: "evidence"} instead of a reflection. Its state is one of
 *   recording  slices are coming in (or came in until a crash)
 *   review     whole; the person has not decided yet
 *   sending    on its way to the server
 *   sent       the server has the same bytes and is preparing them
 *   refused    the server cannot use it; it stays here until the person discards it
 */

const VERSION = 1;

const result = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** Opens the store of one person. */
export async function openStore(owner) {
  const opening = indexedDB.open(`cim-capture-${owner}`, VERSION);
  opening.onupgradeneeded = () => {
    const database = opening.result;
    database.createObjectStore("items", { keyPath: "id" }).createIndex("reflection", "reflection");
    database.createObjectStore("slices", { keyPath: ["item", "number"] });
    database.createObjectStore("drafts", { keyPath: "reflection" });
    database.createObjectStore("aside", { keyPath: "id" }).createIndex("reflection", "reflection");
    database.createObjectStore("reflections", { keyPath: "id" });
  };
  const database = await result(opening);
  // Without this an older page that is still open would block the next version of the store.
  database.onversionchange = () => database.close();
  return new Store(database, owner);
}

const slicesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export class Store {
  constructor(database, owner) {
    this.database = database;
    this.owner = owner;
  }

  /** Runs `work` in one transaction and resolves when its writes are on the disk ("strict"). */
  async transaction(stores, mode, work) {
    const transaction = this.database.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const finished = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new Error("the write was aborted"));
    });
    // A failing write rejects both promises; the second must not be reported as unhandled.
    finished.catch(() => {});
    const value = await work(...stores.map((name) => transaction.objectStore(name)));
    await finished;
    return value;
  }

  /** Asks the browser once not to clear this store when space is short. */
  stay() {
    if (this.asked) return;
    this.asked = true;
    navigator.storage?.persist?.().catch(() => {});
  }

  // Recordings and photos

  item(id) {
    return this.transaction(["items"], "readonly", (items) => result(items.get(id)));
  }

  items() {
    return this.transaction(["items"], "readonly", (items) => result(items.getAll()));
  }

  /** Lists the recordings or photos of one reflection, oldest first. */
  async itemsOf(reflection, purpose) {
    const found = await this.transaction(["items"], "readonly", (items) => result(items.index("reflection").getAll(reflection)));
    return found.filter((item) => item.purpose === purpose).sort((one, other) => one.started_at - other.started_at);
  }

  putItem(item) {
    this.stay();
    return this.transaction(["items"], "readwrite", (items) => result(items.put(item)));
  }

  /** Changes fields of an item and returns it; null when it is no longer there. */
  changeItem(id, fields) {
    return this.transaction(["items"], "readwrite", async (items) => {
      const item = await result(items.get(id));
      if (!item) return null;
      const changed = { ...item, ...fields };
      await result(items.put(changed));
      return changed;
    });
  }

  putSlice(item, number, data, seconds) {
    return this.transaction(["slices"], "readwrite", (slices) => result(slices.put({ item, number, data, seconds })));
  }

  /** Puts a whole file in as an item with a single slice: both or nothing. */
  putFile(item, data) {
    this.stay();
    return this.transaction(["items", "slices"], "readwrite", async (items, slices) => {
      await result(slices.put({ item: item.id, number: 0, data, seconds: item.seconds ?? 0 }));
      await result(items.put(item));
    });
  }

  /** The bytes of an item as one Blob, and how many seconds its slices cover. */
  async contents(item) {
    const slices = await this.transaction(["slices"], "readonly", (store) => result(store.getAll(slicesOf(item.id))));
    const blob = new Blob(slices.map((slice) => slice.data), { type: item.mime });
    return { blob, seconds: slices.at(-1)?.seconds ?? 0 };
  }

  removeItem(id) {
    return this.transaction(["items", "slices"], "readwrite", async (items, slices) => {
      slices.delete(slicesOf(id));
      await result(items.delete(id));
    });
  }

  // Drafts, and what the page needs to open without a network

  draft(reflection) {
    return this.transaction(["drafts"], "readonly", (drafts) => result(drafts.get(reflection)));
  }

  putDraft(draft) {
    this.stay();
    return this.transaction(["drafts"], "readwrite", (drafts) => result(drafts.put(draft)));
  }

  putAside(kept) {
    return this.transaction(["aside"], "readwrite", (aside) => result(aside.put(kept)));
  }

  async asideOf(reflection) {
    const kept = await this.transaction(["aside"], "readonly", (aside) => result(aside.index("reflection").getAll(reflection)));
    return kept.sort((one, other) => other.at - one.at);
  }

  reflection(id) {
    return this.transaction(["reflections"], "readonly", (store) => result(store.get(id)));
  }

  putReflection(reflection) {
    return this.transaction(["reflections"], "readwrite", (store) => result(store.put(reflection)));
  }
}
