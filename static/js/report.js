"use strict";
/* Why a figure went the wrong way, and on which day a promise was kept, are asked as soon as the figure says so. */
(() => {
  const form = document.getElementById("sheet");
  if (!form) return;
  const number = (text) => Number(text.normalize("NFKC").replace(/[^\d.-]/g, "") || NaN);

  function asks(entry) {
    const field = entry.querySelector("[data-comparison]");
    const said = entry.querySelector('[name$="-said"]:checked');
    const now = field ? number(field.value) : NaN;
    const before = field && field.dataset.before ? Number(field.dataset.before) : NaN;
    const goal = field && field.dataset.target ? Number(field.dataset.target) : NaN;
    const fewer = field?.dataset.comparison === "le", exact = field?.dataset.comparison === "eq";
    show(entry, "why", fewer ? now > before : now < before);
    show(entry, "done_on", said ? said.value === "done" : exact ? now === goal : fewer ? now <= goal : now >= goal);
  }

  function show(entry, name, wanted) {
    const place = entry.querySelector(`[data-asks="${name}"]`);
    if (place && !place.querySelector(".error")) place.hidden = !wanted;
  }

  form.addEventListener("input", (event) => {
    const entry = event.target.closest(".entry");
    if (entry) asks(entry);
  });
})();
