"use strict";
(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const state = document.querySelector("[data-save-state]");
  const shelf = `draft:${form.dataset.editor}`;
  const conflict = document.querySelector("div[data-conflict]");

  function say(what) {
    if (!state) return;
    const now = new Date();
    const time = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
    state.dataset.state = what;
    state.textContent = (state.dataset[what] || "").replace("{time}", time);
  }

  const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const held = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);

  function keep() {
    const words = fields().map((field) => [field.name, field.value, field.type, held(field)]);
    try {
      localStorage.setItem(shelf, JSON.stringify({ version: form.dataset.version || "", words }));
    } catch {
      return;
    }
  }

  const forget = () => localStorage.removeItem(shelf);

  function restore() {
    let draft;
    try {
      draft = JSON.parse(localStorage.getItem(shelf) || "null");
    } catch {
      draft = null;
    }
    if (!draft) return;
    let changed = false;
    for (const [name, value, type, was] of draft.words) {
      const boxed = ["checkbox", "radio"].includes(type);
      const field = fields().find((each) => each.name === name && (!boxed || each.value === value));
      if (!field || held(field) === was) continue;
      if (boxed) field.checked = was; else field.value = was;
      changed = true;
    }
    if (changed) {
      say("restored");
      form.dispatchEvent(new Event("restored", { bubbles: true }));
    } else forget();
  }

  const ours = (event) => form.contains(event.detail.elt) || event.detail.elt === form;
  const saves = (event) => ours(event) && event.detail.requestConfig?.verb !== "get";

  let typed = 0, sent = 0;
  form.addEventListener("input", () => { typed += 1; keep(); });
  document.addEventListener("htmx:beforeRequest", (event) => { if (saves(event)) { sent = typed; say("saving"); } });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!saves(event)) return;
    const clash = event.detail.xhr?.status === 409;
    if (event.detail.successful && !clash) {
      if (typed === sent) forget();
      say("saved");
    } else {
      keep();
      say(clash ? "conflict" : "failed");
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 409 || !ours(event)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    if (!conflict) return;
    event.detail.target = conflict;
    event.detail.swapOverride = "innerHTML";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.xhr.status !== 409 || !conflict) return;
    conflict.setAttribute("tabindex", "-1");
    conflict.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (["failed", "conflict"].includes(state?.dataset.state)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest("[data-item]");
    const button = item?.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  restore();
})();
