/**
 * Service worker of the capture page: with a network the newest files, without one those that were seen last.
 *
 * It serves nothing but the page's own files: uploads, the API and everybody's data never pass through it.
 */

const CACHE = "cim-capture";
const PAGE = "/capture/";
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin || !address.pathname.startsWith(PAGE)) return;
  event.respondWith(newestOrKept(event.request, event.request.mode === "navigate" ? PAGE : address.pathname + address.search));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  const files = await (await fetch("/capture/files.json")).json();
  await cache.addAll([PAGE, ...files]);
}

/** The server's answer, kept for later; the kept one when the server does not answer in time. */
async function newestOrKept(request, key) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : undefined);
    if (answer.ok) await cache.put(key, answer.clone());
    return answer.ok || !kept ? answer : kept;
  } catch (reason) {
    if (kept) return kept;
    throw reason;
  }
}
