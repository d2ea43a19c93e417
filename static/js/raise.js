"use strict";
/* Why a target does not lie above last year's result is asked as soon as its figure says so. */
(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const number = (text) => Number(text.normalize("NFKC").replace(/[^\d.-]/g, "") || NaN);

  function asks(field) {
    const row = field.name.replace(/why_not_raised$/, "");
    const now = number(form.elements[`${row}value`].value), result = Number(field.dataset.result);
    const comparison = form.elements[`${row}comparison`].value;
    const measured = ["ge", "le", "eq"].includes(comparison);
    const raised = Number.isNaN(now) || (comparison === "le" ? now < result : now > result);
    const place = field.closest("[data-asks-reason]");
    if (!place.querySelector(".error")) place.hidden = measured && raised && !field.value;
  }

  const all = () => form.querySelectorAll("[data-why-not-raised]").forEach(asks);
  form.addEventListener("input", all);
  all();
})();
