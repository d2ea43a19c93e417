"use strict";
/* Photographs wait on the phone, each with an id of its own, until the portal has them: sent twice they are kept once. */
(() => {
  /* An id of the phone's own, also where the connection is not encrypted and `randomUUID` is missing. */
  window.phoneId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

  const form = document.querySelector("form[data-photos]");
  const list = document.querySelector("[data-photos-list]");
  const over = document.querySelector("[data-sheet-over]")?.dataset.sheetOver;
  if (!list || !(form || over)) return;
  const SHELF = "inspection-photos", STORE = "queue", AGAIN = 15000, PATIENCE = 120000, LARGE = 2 * 1024 * 1024, LONGEST = 2560, TRY_AGAIN = [408, 425, 429];
  const owner = over || form.dataset.photos, field = form?.elements.upload, title = form?.elements.title, line = form?.elements.criterion;
  let busy = false, timer = 0, keeps = true;

  const base = new Promise((done, failed) => {
    const asked = indexedDB.open(SHELF, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "sent_as" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  async function store(mode, act) {
    const shelf = (await base).transaction(STORE, mode).objectStore(STORE);
    return new Promise((done, failed) => {
      const asked = act(shelf);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }
  /* A browser that keeps nothing has nothing waiting. */
  const queue = async () => (await store("readonly", (shelf) => shelf.getAll()).catch(() => [])).filter((row) => row.owner === owner);
  const remove = (row) => store("readwrite", (shelf) => shelf.delete(row.sent_as));

  /* A large photograph is made smaller before it is kept: the network is bad. */
  async function smaller(file) {
    if (file.size < LARGE || !file.type.startsWith("image/")) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return (await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.88); })) ?? file;
    } catch {
      return file;
    }
  }

  function show(row, words, isError) {
    let item = list.querySelector(`[data-photo="${row.sent_as}"]`);
    if (!item) {
      item = document.createElement("li");
      item.dataset.photo = row.sent_as;
      item.append(Object.assign(document.createElement("b"), { textContent: row.title || list.dataset.untitled }), " ", Object.assign(document.createElement("span"), { className: "small" }));
      item.lastElementChild.setAttribute("role", "status");
      list.append(item);
    }
    item.querySelector("span").className = isError ? "error" : "small";
    item.querySelector("span").textContent = words;
    item.querySelector("button")?.remove();
    if (!isError) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "as-link tall", textContent: list.dataset.remove });
    button.addEventListener("click", async () => { await remove(row); item.remove(); });
    item.append(button);
  }

  /* What became of one: "" when it is done with, "again" to try later, "signedout" or "gone" when none will go. */
  async function send(row) {
    show(row, list.dataset.sending);
    const body = new FormData(form);
    body.set("upload", new File([row.data], "photo"));
    for (const name of ["sent_as", "title", "taken_on", "criterion"]) body.set(name, row[name] ?? "");
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Sheet": "fetch" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return "signedout";
    if (answer.status === 404) return "gone";
    const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (answer.ok && told) {
      await remove(row);
      show(row, list.dataset.saved);
      return "";
    }
    if (!told && (answer.status < 400 || answer.status >= 500 || TRY_AGAIN.includes(answer.status))) return "again";
    row.refused = told?.words || list.dataset.refused;
    await store("readwrite", (shelf) => shelf.put(row));
    show(row, row.refused, true);
    return "";
  }

  async function flush() {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    let left = false, end = "";
    for (const row of await queue()) {
      if (row.refused) { show(row, row.refused, true); continue; }
      const became = await send(row).catch(() => "again");
      if (became) show(row, became === "signedout" ? list.dataset.signedout : list.dataset.kept);
      if (became === "again") left = true;
      else if (became) { end = became; break; }
    }
    busy = false;
    if (end) document.dispatchEvent(new CustomEvent("sheetphotos", { detail: end }));
    else if (left) timer = setTimeout(flush, AGAIN);
  }

  window.sheetPhotos = {
    flush,
    waiting: async () => (await queue()).filter((row) => !row.refused).length,
    forget: async () => { for (const row of await queue()) await remove(row); },
  };
  if (over) return;

  field.addEventListener("change", async () => {
    const file = field.files[0];
    if (!file) return;
    const now = new Date(), pad = (number) => String(number).padStart(2, "0");
    const row = {
      sent_as: window.phoneId(), owner, title: title.value.trim(), criterion: line?.value ?? "", data: await (await smaller(file)).arrayBuffer(),
      taken_on: `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`,
    };
    try {
      await store("readwrite", (shelf) => shelf.put(row));
    } catch {
      keeps = false;
      form.querySelector("[data-without-script]").hidden = false;
      return;
    }
    field.value = "";
    title.value = "";
    if (line) line.value = "";
    show(row, list.dataset.kept);
    flush();
  });
  form.addEventListener("submit", (event) => { if (keeps) event.preventDefault(); });
  form.querySelector("[data-without-script]").hidden = true;
  addEventListener("online", flush);
  flush();
})();
