"use strict";
(() => {
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
      if (button.dataset.words) button.textContent = button.dataset.words;
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    if (!button) return;
    const words = button.dataset.busy || form.dataset.busy;
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
    if (words) {
      button.dataset.words = button.textContent;
      button.textContent = words;
    }
    const state = form.querySelector("[data-busy-state]");
    if (state) state.textContent = state.dataset.busyState;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-once]").forEach(release);
  });
})();
