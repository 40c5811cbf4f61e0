/*
 * Keeps the shell on the phone, in one cache for each version, and takes what other apps share.
 *
 * A page asks for its files under its version, so that files of two versions never meet, and an older page goes on with
 * its own. Uploads, the API, media and sockets never pass through here. Runs as a module and as a classic script.
 */

const SHELL = "cim-shell-";
const SHARED = "cim-shared";
const PAGE = "/capture/";
const SHARE = "/capture/share";
/** Where shared files lie in the cache; only the page of whom they belong to reads them there, no address leads to them. */
const SHARED_PLACE = "/capture/shared/";
const MOST_SHARED = 20;
const MOST_SHARED_BYTES = 500_000_000;
const BUNDLE = "/capture/files.json";
const NOT_OURS = ["/api/", "/uploads", "/media/", "/static/", "/_nicegui", "/health"];
/** A student's own pages: where they do not come in time, the shell shows what can be done without them. */
const STUDENTS_PAGES = /^\/(reflections\/|activities\/|enrolments\/|gatherings$|enrol$|$)/;
const PATIENCE_MS = 5000;
const AWAY = new Set([502, 503, 504]);

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([keepShell(), leaveAlone(event)]));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()));
});

/** The page asks for it when nobody records or types in any window. */
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && request.destination === "document";
  if (request.method === "POST" && address.pathname === SHARE) event.respondWith(takeShared(request));
  else if (request.method !== "GET" || NOT_OURS.some((path) => address.pathname.startsWith(path))) return;
  else if (isPage && (address.pathname === PAGE || `${address.pathname}/` === PAGE)) event.respondWith(shellPage(request));
  else if (address.pathname.startsWith(PAGE) && address.pathname !== BUNDLE && !address.pathname.startsWith(SHARED_PLACE)) event.respondWith(shellFile(request, address.pathname));
  else if (isPage) event.respondWith(pageOfServer(request, address));
});

/** Loads one version as a whole, or none of it. */
async function keepShell() {
  const answer = await fetch(BUNDLE, { cache: "no-cache" });
  const { version, policy, files } = await answer.json();
  if (version !== self.shellVersion) throw new Error("the server has a newer version already");
  const cache = await caches.open(SHELL + version);
  await Promise.all(Object.entries(files).map(([name, { type, text }]) =>
    cache.put(`${PAGE}${version}/${name}`, new Response(text, { headers: { "Content-Type": type, "Content-Security-Policy": policy } }))));
}

/** Where the browser can, requests that are none of our business do not even wake this worker. */
async function leaveAlone(event) {
  const addRoutes = event.addRoutes?.bind(event);
  if (!addRoutes) return;
  const route = (pathname, source) => ({ condition: { urlPattern: new URLPattern({ pathname }) }, source });
  const routes = NOT_OURS.map((path) => route(`${path}*`, "network"));
  // The files of this version come from its cache; where that was cleared the browser asks the network by itself.
  routes.push(route(`${PAGE}${self.shellVersion}/*`, { cacheName: SHELL + self.shellVersion }));
  await addRoutes(routes).catch(() => {});
}

/** The version before stays for pages that were opened with it. */
async function forgetOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== SHELL + self.shellVersion);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
}

const kept = (name) => caches.match(`${PAGE}${self.shellVersion}/${name}`);

async function shellPage(request) {
  return (await kept("index.html")) ?? fetch(request);
}

/** A file of a version is what it always was; one without a version is asked for, and taken from here without a network. */
async function shellFile(request, path) {
  const found = await caches.match(path);
  if (found) return found;
  try {
    return await fetch(request);
  } catch (reason) {
    const ours = await kept(path.slice(PAGE.length));
    if (ours) return ours;
    throw reason;
  }
}

async function pageOfServer(request, address) {
  const isOurs = STUDENTS_PAGES.test(address.pathname);
  try {
    const answer = await (isOurs ? inTime(fetch(request)) : fetch(request));
    if (!isOurs || !AWAY.has(answer.status)) return answer;
  } catch (reason) {
    if (!(await kept("index.html"))) throw reason;
  }
  return Response.redirect(`${PAGE}?wanted=${encodeURIComponent(address.pathname + address.search)}`, 302);
}

function inTime(answer) {
  return Promise.race([answer, new Promise((_done, failed) => setTimeout(() => failed(new Error("no answer in time")), PATIENCE_MS))]);
}

/** Keeps shared files until the person has said where they belong; see share.js. */
async function takeShared(request) {
  const id = self.crypto.randomUUID();
  const cache = await caches.open(SHARED);
  try {
    const form = await request.formData();
    const files = form.getAll("files").filter((one) => one instanceof File && one.size);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    // Other apps and other sites share through here: they must not fill the room that recordings need.
    if (files.length > MOST_SHARED || size > MOST_SHARED_BYTES) return Response.redirect(`${PAGE}?shared=${id}`, 303);
    await Promise.all(files.map((file, number) => cache.put(`${SHARED_PLACE}${id}/${number}`, new Response(file, {
      headers: { "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": file.type || "application/octet-stream", "X-File-Name": encodeURIComponent(file.name), "X-Shared-At": String(Date.now()) },
    }))));
  } catch {
    // A full phone: all or nothing, and the page says so when it finds nothing.
    const begun = (await cache.keys()).filter(({ url }) => url.includes(id));
    await Promise.all(begun.map((one) => cache.delete(one)));
  }
  return Response.redirect(`${PAGE}?shared=${id}`, 303);
}
