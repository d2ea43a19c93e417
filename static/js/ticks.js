"use strict";
(() => {
  document.querySelectorAll("[data-ticks]").forEach((root) => {
    const button = root.querySelector("[data-tick-all]");
    button.hidden = false;
    button.addEventListener("click", () => {
      root.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = true; });
    });
  });
})();
