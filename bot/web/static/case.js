// The case page: copies the summary and puts ready sentences into the reply. Without it both still work.
"use strict";

(() => {
  const SHOWN = 2000; // ms that "Copied" stands
  const copy = document.getElementById("copy-sbar");
  const reply = () => document.getElementById("reply");

  async function copyText(area) {
    if (navigator.clipboard) return navigator.clipboard.writeText(area.value);
    const folded = area.closest("details"); // plain http has no clipboard: select, and use the old command
    const was = folded.open;
    folded.open = true;
    area.select();
    document.execCommand("copy");
    folded.open = was;
    return undefined;
  }

  if (copy) {
    const word = copy.querySelector("span");
    const name = word.textContent;
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await copyText(document.getElementById(copy.dataset.copy));
      word.textContent = copy.dataset.done;
      setTimeout(() => { word.textContent = name; }, SHOWN);
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-say]");
    if (!link || !reply()) return;
    event.preventDefault();
    const box = reply();
    box.value = [box.value.trim(), link.dataset.say].filter(Boolean).join("\n");
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
})();
