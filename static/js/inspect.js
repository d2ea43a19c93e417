"use strict";
/* A score sheet that loses nothing: kept in this browser with every keystroke, sent to the portal when there is a
   network. The form works without this script. */
(() => {
  const form = document.querySelector("form[data-sheet]");
  const worker = () => navigator.serviceWorker?.controller;
  if (!form) return over();

  /* A sheet that was sent leaves nothing on the phone. */
  function over() {
    worker()?.postMessage({ drop: location.pathname });
    const owner = document.querySelector("[data-sheet-over]")?.dataset.sheetOver;
    try { if (owner) localStorage.removeItem(`sheet:${owner}`); } catch { return; }
    window.sheetPhotos?.forget();
  }

  const PAUSE = 1200, AGAIN = 10000, PATIENCE = 25000;
  const state = form.querySelector("[data-sheet-state]"), clash = document.querySelector("[data-clash]");
  const shelf = `sheet:${form.dataset.sheet}`, version = form.elements.version;
  let typed = 0, stored = 0, busy = false, halted = "", wants = "", timer = 0, last = null;

  const say = (what, words) => {
    state.dataset.state = what;
    const text = words || state.dataset[what];
    if (text && state.textContent !== text) state.textContent = text;
  };

  /* --- what is on the page --- */
  const plain = () => [...form.elements].filter((field) => field.name && !field.name.startsWith("finding_") && !["hidden", "submit", "button"].includes(field.type));
  const rows = () => [...form.querySelectorAll("[data-finding]")];
  const part = (row, name) => row.querySelector(`[name="finding_${name}"]`);

  function content() {
    const fields = Object.fromEntries(plain().map((field) => [field.name, field.value]));
    const findings = rows().map((row) => [part(row, "id").value, part(row, "text").value, part(row, "criterion").value]).filter((row) => row[1].trim());
    return { fields, findings };
  }

  function addFinding(id, text = "", criterion = "") {
    const number = rows().length + 1;
    const row = document.getElementById("finding-shape").content.cloneNode(true).querySelector("[data-finding]");
    for (const [name, start] of [["text", "finding"], ["criterion", "finding-at"]]) {
      const field = part(row, name);
      row.querySelector(`label[for="${field.id}"]`).htmlFor = `${start}-${number}`;
      field.id = `${start}-${number}`;
    }
    row.querySelector("[data-number]").textContent = number;
    part(row, "id").value = id || window.phoneId();
    part(row, "text").value = text;
    part(row, "criterion").value = criterion;
    form.querySelector("[data-findings]").append(row);
    return row;
  }

  const squeezed = (text) => String(text ?? "").split(/\s+/).filter(Boolean).join(" ");
  const alike = (one, other) => squeezed(one) === squeezed(other) || (squeezed(one) !== "" && squeezed(other) !== "" && Number(one) === Number(other));
  function same(mine, theirs) {
    if (!mine || !theirs) return false;
    const names = new Set([...Object.keys(mine.fields), ...Object.keys(theirs.fields)]);
    if ([...names].some((name) => !alike(mine.fields[name] ?? "", theirs.fields[name] ?? ""))) return false;
    const flat = (found) => found.map((row) => `${row[0]} ${row[2] ?? ""} ${squeezed(row[1])}`).sort().join("\n");
    return flat(mine.findings) === flat(theirs.findings);
  }

  /* --- kept in this browser --- */
  function keep() {
    try {
      localStorage.setItem(shelf, JSON.stringify({ version: version.value, wants, last, ...content() }));
      return true;
    } catch {
      say("full");
      return false;
    }
  }
  function forget() {
    try { localStorage.removeItem(shelf); } catch { return; }
  }
  function kept() {
    try { return JSON.parse(localStorage.getItem(shelf) || "null"); } catch { return null; }
  }
  function restore() {
    const draft = kept();
    if (!draft) return;
    if (same(draft, content())) return forget();
    for (const field of plain()) if (field.name in draft.fields) field.value = draft.fields[field.name];
    for (const [id, text, criterion] of draft.findings) {
      const row = rows().find((each) => part(each, "id").value === id) || rows().find((each) => !part(each, "text").value.trim());
      if (!row) { addFinding(id, text, criterion); continue; }
      part(row, "id").value = id;
      part(row, "text").value = text;
      part(row, "criterion").value = criterion;
    }
    version.value = draft.version;
    last = draft.last;
    wants = draft.wants || "";
    typed += 1;
    say(navigator.onLine ? "typed" : wants ? "waiting" : "offline");
    soon(0);
  }

  /* --- on to the portal --- */
  function soon(after) {
    clearTimeout(timer);
    timer = setTimeout(push, after);
  }
  function outside() {
    const wrong = plain().filter((field) => field.dataset.most && Number(field.value.normalize("NFKC")) > Number(field.dataset.most));
    if (wrong.length) tell(Object.fromEntries(wrong.map((field) => [field.id, field.dataset.outside])));
    return wrong.length > 0;
  }

  async function push() {
    if (busy || halted || (typed === stored && wants !== "send")) return;
    const act = wants === "send" ? "send" : "save";
    if (act === "save" && outside()) return say("unclear");
    if (act === "send" && (await window.sheetPhotos?.waiting())) {
      say("photos");
      window.sheetPhotos.flush();
      return soon(AGAIN);
    }
    busy = true;
    const now = typed;
    last = content();
    keep();
    say("saving");
    const body = new FormData(form);
    body.set("act", act);
    let answer, told;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { "X-Sheet": "fetch" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    } catch {
      busy = false;
      say(wants === "send" ? "waiting" : navigator.onLine ? "unsent" : "offline");
      return soon(AGAIN);
    }
    busy = false;
    take(answer, told, now);
  }

  function take(answer, told, now) {
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return halt("signedout");
    if (answer.status === 404) return gone();
    if (!told) { say("unsent"); return soon(AGAIN); }
    if (told.version) version.value = told.version;
    if (told.state === "sent") {
      forget();
      worker()?.postMessage({ drop: location.pathname });
      return location.assign(told.to);
    }
    if (told.state === "saved") return done(told, now);
    if (told.state === "conflict" && same(last, told.theirs)) return soon(0);
    wants = "";
    keep();
    if (told.state === "conflict") return meet(told);
    if (told.errors) tell(told.errors)?.focus();
    if (told.state === "incomplete") stored = now;
    say(told.state === "refused" ? "refused" : "unclear", told.words || told.errors?.[""]);
    halted = "until typed";
  }

  function done(told, now) {
    stored = now;
    tell({});
    clash.replaceChildren();
    if (typed === stored) { forget(); say("saved", told.words); } else { keep(); soon(PAUSE); }
  }
  function halt(what) {
    halted = "until reload";
    keep();
    say(what);
  }
  function gone() {
    halted = "until reload";
    forget();
    worker()?.postMessage({ drop: location.pathname });
    window.sheetPhotos?.forget();
    say("gone");
  }
  function meet(told) {
    halted = "until chosen";
    clash.innerHTML = told.html;
    clash.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });
    say("conflict");
    clash.firstElementChild.focus({ preventScroll: true });
    clash.scrollIntoView({ block: "start" });
  }

  /* Each error at its field, as the page without a script has it; returns the first, unless somebody is typing. */
  function tell(errors) {
    form.querySelectorAll(".error").forEach((error) => error.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    let first = null;
    for (const [id, words] of Object.entries(errors)) {
      const field = id && document.getElementById(id);
      if (!field) continue;
      const error = Object.assign(document.createElement("span"), { className: "error", id: `${id}_error` });
      error.append(document.getElementById("error-shape").content.cloneNode(true), Object.assign(document.createElement("span"), { textContent: words }));
      field.closest(".field").append(error);
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", [...new Set([...(field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean), error.id])].join(" "));
      first ??= field;
    }
    return document.activeElement && form.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") ? null : first;
  }

  /* --- what the inspector does --- */
  form.addEventListener("input", (event) => {
    typed += 1;
    if (halted === "until typed") halted = "";
    event.target.removeAttribute("aria-invalid");
    if (!keep() || halted) return;
    say(navigator.onLine ? "typed" : "offline");
    soon(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (halted === "until typed") halted = "";
    if (halted) return;
    wants = event.submitter?.value === "send" ? "send" : "";
    if (typed === stored) typed += 1;
    keep();
    if (!navigator.onLine) say(wants ? "waiting" : "offline");
    soon(0);
  });
  form.querySelector("[data-add-finding]").addEventListener("click", () => part(addFinding(), "text").focus());
  clash.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keep-mine]"), link = event.target.closest("[data-take-theirs]");
    if (link) forget();
    if (!button) return;
    version.value = button.dataset.keepMine;
    clash.replaceChildren();
    halted = "";
    soon(0);
  });
  addEventListener("online", () => soon(0));
  /* Photographs that cannot go any more keep nothing waiting: the sheet says why. */
  document.addEventListener("sheetphotos", (event) => {
    if (event.detail === "gone") gone();
    else halt("signedout");
  });
  addEventListener("beforeunload", (event) => { if (state.dataset.state === "full") event.preventDefault(); });

  /* --- the page itself without a network --- */
  const ready = document.querySelector("[data-offline]");
  const files = () => [...document.querySelectorAll('link[rel="stylesheet"], link[rel="icon"], script[src]')].map((each) => each.href || each.src);
  async function settle() {
    if (!("serviceWorker" in navigator)) { ready.textContent = ready.dataset.plain; return; }
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data?.kept !== location.pathname) return;
      ready.textContent = ready.dataset.ready;
      ready.dataset.state = "ready";
    });
    try {
      await navigator.serviceWorker.register(form.dataset.worker, { scope: "/work/inspections/" });
      const place = await navigator.serviceWorker.ready;
      place.active.postMessage({ keep: location.pathname, files: files() });
    } catch {
      if (navigator.onLine) ready.textContent = ready.dataset.plain;
    }
  }

  document.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });
  restore();
  settle();
})();
