// Keyboard shortcuts: a key presses what says so in aria-keyshortcuts; j and k walk through the rows.
"use strict";

(() => {
  const STORE = "hsg-shortcuts";
  const toggle = document.getElementById("keys-switch");
  let on = localStorage.getItem(STORE) !== "off";

  function show() {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(on));
    toggle.querySelector("span").textContent = on ? "on" : "off";
    toggle.closest(".keys").classList.toggle("off", !on);
  }

  function target(key) {
    const all = [...document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(key)}"]`)];
    const row = document.activeElement.closest(".row");
    // In a row the key means this row; where it has no such thing, nothing is done to another one.
    if (row && all.some((each) => each.closest(".row"))) return all.find((each) => row.contains(each));
    return all[0];
  }

  function walk(step) {
    const links = [...document.querySelectorAll(".row .cell-why a")];
    const row = document.activeElement.closest(".row");
    const now = links.findIndex((link) => row?.contains(link));
    const place = now < 0 ? 0 : Math.min(Math.max(now + step, 0), links.length - 1);
    links[place]?.focus();
  }

  function press(key) {
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1), true;
    const found = target(key);
    if (!found) return false;
    found.focus(); // what unfolds goes on from there by Tab
    if (!found.matches("input, textarea, select")) found.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key.length === 1 && press(event.key)) event.preventDefault();
  });

  if (toggle) {
    toggle.addEventListener("click", () => {
      on = !on;
      localStorage.setItem(STORE, on ? "on" : "off");
      show();
    });
    show();
  }
})();
