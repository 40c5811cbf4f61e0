/** Files that another app has shared, kept by the service worker until the person has said where they belong. */

import { el, icon } from "./elements.js";
import { _, plural } from "./words.js";

const CACHE = "cim-shared";
const PLACE = "/capture/shared/";
const LONGEST_MS = 7 * 86_400_000;
const OWNER = "shared";
const places = new WeakMap();

/** The files of one share; [] when there are none, or when they came while somebody else used this phone. */
export async function sharedFiles(id, store) {
  if (!(await claim(id, store))) return [];
  const cache = await caches.open(CACHE);
  const files = [];
  for (const request of (await cache.keys()).filter((one) => isOf(one, id))) {
    const answer = await cache.match(request);
    const name = decodeURIComponent(answer.headers.get("X-File-Name") ?? "");
    const file = new File([await answer.blob()], name || "file", { type: answer.headers.get("Content-Type") });
    places.set(file, request);
    files.push(file);
  }
  return files;
}

/** Forgets one file of a share, as soon as it is kept elsewhere. */
export async function forgetSharedFile(file) {
  await (await caches.open(CACHE)).delete(places.get(file));
}

export async function forgetShared(id) {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) if (shareOf(request) === id) await cache.delete(request);
}

/** Whoever opens a share first has it; others on the same phone see nothing of it. */
async function claim(id, store) {
  const owner = new Request(`${PLACE}${id}/${OWNER}`);
  const cache = await caches.open(CACHE);
  const known = await (await cache.match(owner))?.text();
  if (!known) await cache.put(owner, new Response(store.owner));
  return !known || known === store.owner;
}

const shareOf = ({ url }) => new URL(url).pathname.slice(PLACE.length).split("/")[0];

/** What somebody has opened stays until that person decides: a clock that jumps must not take it away. */
async function forgetUnclaimed(cache, requests) {
  for (const request of requests) {
    const at = Number((await cache.match(request))?.headers.get("X-Shared-At") ?? Date.now());
    if (Date.now() - at > LONGEST_MS) await cache.delete(request);
  }
}

const isOf = ({ url }, id) => shareOf({ url }) === id && !url.endsWith(`/${OWNER}`);

/** A card on the home screen while something shared waits for its place; what nobody has opened in a week goes. */
export async function sharedCard(store) {
  if (!globalThis.caches || !(await caches.has(CACHE))) return null;
  const cache = await caches.open(CACHE);
  const requests = await cache.keys();
  const owners = new Map();
  for (const request of requests.filter(({ url }) => url.endsWith(`/${OWNER}`))) owners.set(shareOf(request), await (await cache.match(request))?.text());
  await forgetUnclaimed(cache, requests.filter((request) => !owners.has(shareOf(request))));
  const [[id, count] = []] = [...owners].filter(([, owner]) => owner === store.owner)
    .map(([share]) => [share, requests.filter((one) => isOf(one, share)).length]).filter(([, files]) => files);
  if (!id) return null;
  return el("a", { class: "card piece", href: `/capture/?shared=${id}`, test: "shared-waits" },
    el("span", { class: "piece-picture" }, icon("file")),
    el("span", { class: "piece-words" }, el("strong", {}, plural(count, _("{count} shared file waits for its place"), _("{count} shared files wait for their place")))),
    icon("next"));
}
