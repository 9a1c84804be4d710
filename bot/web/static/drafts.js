// Keeps what a nurse is writing at the server, under her account: nothing of it stays on a shared computer.
"use strict";

(() => {
  const flag = location.pathname.match(/^\/nurse\/flags\/([\w-]+)/)?.[1];
  if (!flag) return;
  const PAUSE = 600; // ms after the last key
  const timers = new Map();
  let sending = new AbortController();

  async function save(area) {
    timers.delete(area.dataset.draft);
    const body = new URLSearchParams({ flag, field: area.dataset.draft, text: area.value });
    const headers = { accept: "application/json" };
    try {
      const answer = await fetch("/nurse/drafts", { method: "POST", body, headers, signal: sending.signal });
      if (answer.status === 401) location.assign(`/nurse/login?next=${encodeURIComponent(location.pathname)}`);
    } catch {
      // Offline, or the form was sent: the next key saves again.
    }
  }

  function now() {
    document.querySelectorAll("[data-draft]").forEach((area) => {
      if (!timers.has(area.dataset.draft)) return;
      clearTimeout(timers.get(area.dataset.draft));
      save(area);
    });
  }

  async function restore() {
    const answer = await fetch(`/nurse/drafts?flag=${flag}`, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    for (const [field, text] of Object.entries((await answer.json()).drafts)) {
      const area = document.querySelector(`[data-draft="${CSS.escape(field)}"]`);
      if (!area || area.value) continue;
      area.value = text;
      area.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  document.addEventListener("input", (event) => {
    const area = event.target.closest("[data-draft]");
    if (!area) return;
    clearTimeout(timers.get(area.dataset.draft));
    timers.set(area.dataset.draft, setTimeout(() => save(area), PAUSE));
  });
  document.addEventListener("submit", () => {
    timers.forEach(clearTimeout);
    timers.clear();
    sending.abort(); // a save that arrived after the form would bring back what was sent
    sending = new AbortController();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
  restore().catch(() => {});
})();
