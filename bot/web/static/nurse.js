// The nurse's pages: shows what changed without losing what she is writing.
"use strict";

(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const PAUSE = 200; // ms: several changes at once are fetched once
  const TICK = 20000; // ms: waiting times move on
  const FALLBACK = 5000; // ms between looks while the stream is down
  let planned = 0;
  let fallback = 0;

  function status(on) {
    live.classList.toggle("on", on);
    live.querySelector(".live-word").textContent = on ? live.dataset.live : live.dataset.late;
  }

  function swap(old, fresh) {
    if (old.dataset.version !== undefined && old.dataset.version === fresh.dataset.version) return;
    if (old.innerHTML === fresh.innerHTML) return;
    const drafts = [...old.querySelectorAll("textarea:not([readonly]), select")].map((field) => [field.id, field.value]);
    const open = [...old.querySelectorAll("details[open]")].map((folded) => folded.id);
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(document.importNode(fresh, true));
    drafts.forEach(([id, text]) => {
      const field = document.getElementById(id);
      if (field && text) field.value = text;
    });
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused) document.getElementById(focused)?.focus();
  }

  async function refresh() {
    planned = 0;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html", "x-refresh": "1" } });
      if (answer.redirected) return location.assign(answer.url);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.title = page.title;
      document.querySelectorAll("[data-part]").forEach((old) => {
        const fresh = page.getElementById(old.id);
        if (fresh) swap(old, fresh);
      });
    } catch {
      status(false);
    }
  }

  function plan() {
    if (!planned) planned = setTimeout(refresh, PAUSE);
  }

  function listen() {
    const stream = new EventSource(`/nurse/events?after=${live.dataset.seq}`);
    stream.addEventListener("open", () => {
      status(true);
      clearInterval(fallback);
      fallback = 0;
    });
    stream.addEventListener("change", plan);
    stream.addEventListener("error", () => {
      // The stream ends every minute on purpose; only a lasting break is worth a word.
      setTimeout(() => { if (stream.readyState !== EventSource.OPEN) status(false); }, 3000);
      if (!fallback) fallback = setInterval(refresh, FALLBACK);
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, FALLBACK);
    });
  }

  setInterval(refresh, TICK);
  listen();
})();
