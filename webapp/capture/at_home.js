/** On the student's start page: gets the app ready for later, and says there how much waits on this phone. */

import { hasStore, openStore } from "./store.js";
import { loadWords, _, plural } from "./words.js";
import { registerWorker } from "./worker.js";

await registerWorker();
const place = document.querySelector("[data-on-this-phone]");
if (place && (await hasStore(place.dataset.onThisPhone))) {
  const store = await openStore(place.dataset.onThisPhone);
  const waiting = (await store.items()).filter(({ state }) => state !== "discarded").length + (await store.handIns()).length;
  store.close();
  await loadWords(document.documentElement.lang);
  place.textContent = waiting ? plural(waiting, _("{count} thing on this phone is not sent yet"), _("{count} things on this phone are not sent yet")) : "";
}
