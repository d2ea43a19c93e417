"use strict";
(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const state = document.querySelector("[data-save-state]");
  const conflict = document.querySelector("div[data-conflict]");
  const shelf = `draft:${form.dataset.editor}`;
  let typed = 0, sent = 0, saved = 0, onward = null;

  function say(what) {
    if (!state) return;
    state.dataset.state = what;
    if (state.dataset[what]) state.textContent = state.dataset[what];
  }

  const save = () => form.dispatchEvent(new Event("flush"));
  const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const held = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const version = () => form.elements.version;
  /* Marks of the texts that the writer began from, where parts of the form are stored one by one. */
  const bases = () => [...form.querySelectorAll("[data-base]")];

  function keep() {
    const words = fields().map((field) => [field.name, field.value, field.type, held(field)]);
    try {
      localStorage.setItem(shelf, JSON.stringify({ version: version()?.value || "", bases: bases().map((base) => [base.name, base.value]), words }));
    } catch {
      return;
    }
  }

  function forget() {
    try {
      localStorage.removeItem(shelf);
    } catch {
      return;
    }
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(shelf) || "null");
    } catch {
      return null;
    }
  }

  /* A text that was never stored comes back on the version it was written on: whoever saved since is not overwritten. */
  function restore() {
    const draft = kept();
    if (!draft) return;
    let changed = false;
    for (const [name, value, type, was] of draft.words) {
      const boxed = ["checkbox", "radio"].includes(type);
      const field = fields().find((each) => each.name === name && (!boxed || each.value === value));
      if (!field || held(field) === was) continue;
      if (boxed) field.checked = was; else field.value = was;
      changed = true;
    }
    if (!changed) return forget();
    if (draft.version && version()) version().value = draft.version;
    for (const [name, value] of draft.bases || []) if (form.elements[name]) form.elements[name].value = value;
    typed += 1;
    say("restored");
    form.dispatchEvent(new Event("restored", { bubbles: true }));
  }

  /* Each error at its field, as the page without a script has it. */
  function tell() {
    form.querySelectorAll(".error").forEach((error) => error.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      tie(field, `${field.id}_error`, false);
    });
    document.querySelectorAll("#field-errors li").forEach((told) => {
      const field = document.getElementById(told.dataset.for);
      const place = field?.closest(".field");
      if (!place) return;
      const error = document.createElement("span");
      error.className = "error";
      error.id = `${field.id}_error`;
      error.append(document.getElementById("error-shape").content.cloneNode(true), Object.assign(document.createElement("span"), { textContent: told.textContent }));
      place.append(error);
      field.setAttribute("aria-invalid", "true");
      tie(field, error.id, true);
      const folded = field.closest("details");
      if (folded) folded.open = true;
    });
  }

  function tie(field, id, on) {
    const ids = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    if (on) ids.add(id); else ids.delete(id);
    if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" ")); else field.removeAttribute("aria-describedby");
  }

  function count() {
    const text = form.elements.text_zh, hint = document.getElementById("id_text_zh_helptext");
    if (text && hint && form.dataset.sentence) hint.textContent = form.dataset.sentence.replace("{n}", text.value.replace(/\s/g, "").length);
  }

  const ours = (event) => (event.detail.requestConfig?.elt ?? event.detail.elt) === form;
  const clashes = () => state?.dataset.state === "conflict";

  form.addEventListener("input", () => { typed += 1; keep(); count(); });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!ours(event)) return;
    if (clashes()) return event.preventDefault();
    sent = typed;
    say("saving");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event) || ![409, 422].includes(event.detail.xhr.status)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    if (event.detail.xhr.status !== 409 || !conflict) return;
    event.detail.target = conflict;
    event.detail.swapOverride = "innerHTML";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!ours(event)) return;
    const status = event.detail.xhr?.status;
    const stored = status >= 200 && status < 300;
    if (stored) {
      saved = sent;
      if (typed === sent) forget();
      say("saved");
    } else {
      keep();
      say(status === 409 ? "conflict" : status === 422 ? "unclear" : "failed");
    }
    if (status === 409 && conflict) {
      conflict.setAttribute("tabindex", "-1");
      conflict.focus();
    } else if (stored || status === 422) tell();
    const next = onward;
    if (!stored || typed === sent) onward = null;
    if (next && stored && typed === sent) next();
  });

  /* What is typed is stored before the page is left for another part, or before anything else is done with the paper. */
  function first(event, then) {
    if (typed === saved || clashes() || ["failed", "unclear"].includes(state?.dataset.state) || !window.htmx) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    onward = then;
    save();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("href").startsWith("#")) return;
    if (link.matches("[data-take-theirs]")) return taken(event, link);
    first(event, () => location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    if (event.target === form) return leave();
    if (!event.target.matches("[data-keep-mine]")) return first(event, () => again(event.target, event.submitter));
    if (!window.htmx || !version()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    version().value = event.target.dataset.keepMine;
    conflict.replaceChildren();
    say("saving");
    save();
  }, true);

  /* A save draws the panel beside anew: the same form may be another element now, or be refused. */
  function again(sought, button) {
    if (sought.isConnected) return sought.requestSubmit(button);
    [...document.forms].find((each) => each.getAttribute("action") === sought.getAttribute("action"))?.requestSubmit();
  }

  function leave() {
    if (state) state.dataset.state = "left";
    saved = typed;
  }
  function taken(event, link) {
    event.preventDefault();
    leave();
    forget();
    history.replaceState(null, "", link.pathname + link.search);
    location.reload();
  }

  window.addEventListener("beforeunload", (event) => {
    if (["failed", "conflict", "unclear"].includes(state?.dataset.state)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('button[aria-disabled="true"]')) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest("[data-item]");
    const button = item?.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  document.querySelectorAll("[data-with-script]").forEach((words) => { words.hidden = false; });
  count();
  if (location.hash === "#saved") {
    forget();
    history.replaceState(null, "", location.pathname + location.search);
  } else document.addEventListener("DOMContentLoaded", restore);
})();
