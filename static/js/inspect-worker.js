"use strict";
/* Keeps an open score sheet, and the files it is drawn with, for hours without a network. Nothing else: every other
   page goes to the portal. A sheet that the portal does not hand out any more is forgotten at once. */
const SHELF = "inspection-sheets-1", LASTS = 12 * 60 * 60 * 1000, PATIENCE = 8000, STAMP = "X-Kept-At";
const isSheet = (path) => /^\/work\/inspections\/sheets\/[0-9a-f-]{36}\/$/.test(path);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && isSheet(url.pathname)) event.respondWith(sheet(request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

self.addEventListener("message", (event) => {
  const { keep, drop, files } = event.data ?? {};
  if (keep && isSheet(keep)) event.waitUntil(kept(keep, files ?? [], event.source));
  if (drop) event.waitUntil(caches.open(SHELF).then((shelf) => shelf.delete(drop)));
});

async function sheet(request, path) {
  const shelf = await caches.open(SHELF);
  let answer;
  try {
    answer = await Promise.race([fetch(request), late()]);
  } catch {
    return (await fresh(shelf, path)) ?? Response.error();
  }
  if (answer.status < 500) await put(shelf, path, answer);
  return answer;
}

const late = () => new Promise((_done, failed) => { setTimeout(failed, PATIENCE); });

/* Only a sheet that may still be written in is kept; any other answer ends what was kept. */
async function put(shelf, path, answer) {
  if (!answer.ok || answer.headers.get("X-Sheet") !== "open") return shelf.delete(path);
  const copy = answer.clone(), headers = new Headers(copy.headers);
  headers.set(STAMP, String(Date.now()));
  return shelf.put(path, new Response(await copy.blob(), { status: 200, headers }));
}

async function fresh(shelf, path) {
  const found = await shelf.match(path);
  if (!found) return null;
  if (Date.now() - Number(found.headers.get(STAMP)) < LASTS) return found;
  await shelf.delete(path);
  return null;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(SHELF)).match(request.url)) ?? Response.error();
  }
}

async function kept(path, files, page) {
  const shelf = await caches.open(SHELF), wanted = new Set(files);
  try {
    await put(shelf, path, await fetch(path, { redirect: "manual" }));
    await Promise.all([...wanted].map(async (each) => { if (!(await shelf.match(each))) await shelf.add(each); }));
  } catch {
    return;
  }
  for (const each of await shelf.keys()) if (new URL(each.url).pathname.startsWith("/static/") && !wanted.has(each.url)) await shelf.delete(each);
  if (await shelf.match(path)) page.postMessage({ kept: path });
}
