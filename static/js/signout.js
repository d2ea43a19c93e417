"use strict";
/* Signing out leaves no kept score sheet in this browser: a kept page would open without a network for whoever comes
   next. What was typed and not sent stays, each under the number of who typed it, and is shown to nobody else. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-signout]")) globalThis.caches?.delete("inspection-sheets-1");
});
