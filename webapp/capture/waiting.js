/** On the reflection's page: shows a notice while this phone holds work that the server does not have. */

import { differences, plain } from "./merge.js";
import { reflection as load } from "./api.js";
import { openStore } from "./store.js";

const AGAIN_MS = 3000;

async function look() {
  const notice = document.getElementById("waiting-here");
  if (notice) {
    const { reflection, owner } = notice.dataset;
    notice.style.display = (await waits(reflection, owner)) ? "" : "none";
  }
  setTimeout(look, AGAIN_MS);
}

async function waits(id, owner) {
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === `cim-capture-${owner}`)) return false;
  const store = await openStore(owner);
  try {
    const items = [...(await store.itemsOf(id, "recording")), ...(await store.itemsOf(id, "photo"))];
    if (items.some(({ state }) => ["recording", "review", "sending"].includes(state))) return true;
    const draft = await store.draft(id);
    if (!draft) return false;
    if (!differences(draft.values, draft.base).length) return false;
    return differences(draft.values, plain(await load(id))).length > 0;
  } catch {
    return false;
  } finally {
    store.database.close();
  }
}

look();
