// The patient's chat. Everything here only makes faster what the plain forms do without it.
"use strict";

(() => {
  const leave = document.querySelector("[data-leave]");
  leave?.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    location.replace(leave.href);
  });

  const form = document.getElementById("say-form");
  if (!form) return;
  const log = document.getElementById("log");
  const box = document.getElementById("say");
  const alertLine = document.getElementById("alert");
  const nurseHere = document.getElementById("nurse-here");
  const left = document.getElementById("left");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const PAUSES = [1000, 3000]; // ms before the second and third try
  const PATIENCE = 12000; // ms for one try; longer than the server's own deadline
  const POLL = 4000; // ms
  let last = Number(log.dataset.last);
  let line = Promise.resolve();
  let sending = 0;

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function show(node) {
    node.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  function markLatest(node) {
    document.getElementById("latest")?.removeAttribute("id");
    node.id = "latest";
  }

  function insert(id, html) {
    if (log.querySelector(`[data-id="${CSS.escape(id)}"]`)) return;
    const holder = document.createElement("template");
    holder.innerHTML = html; // rendered and escaped by our own server
    const node = holder.content.querySelector(".msg");
    if (node.matches(".care")) log.querySelectorAll(".quick, .rate").forEach((old) => old.remove());
    if (node.matches(".care-emergency, .care-urgent")) node.setAttribute("aria-live", "assertive");
    node.classList.add("fresh");
    log.append(node);
    markLatest(node);
    show(node);
  }

  function bubble(text, id) {
    const node = document.getElementById("bubble").content.firstElementChild.cloneNode(true);
    node.dataset.client = id;
    node.querySelector(".said").textContent = text;
    node.classList.add("fresh", "going");
    log.append(node);
    markLatest(node);
    show(node);
    return node;
  }

  function typing() {
    const node = document.getElementById("typing").content.firstElementChild.cloneNode(true);
    log.append(node);
    show(node);
    return node;
  }

  // Returns {reply}, {refused: sentence} for what a retry cannot mend, or {} for what it may.
  async function post(text, id) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ text, client_id: id }),
        signal: stop.signal,
      });
      const data = await answer.json();
      if (answer.ok) return { reply: data };
      return answer.status < 500 ? { refused: data.message } : {};
    } catch {
      return {};
    } finally {
      clearTimeout(timer);
    }
  }

  async function deliver(node, text, id) {
    const dots = typing();
    let result = await post(text, id);
    for (const pause of PAUSES) {
      if (result.reply || result.refused) break;
      alertLine.textContent = form.dataset.offline; // at once: she must not wait for a reply that may not come
      await wait(pause);
      result = await post(text, id); // the same id: the server answers a message once only
    }
    dots.remove();
    node.classList.remove("going");
    if (result.reply) {
      alertLine.textContent = "";
      node.querySelector(".sent").textContent = result.reply.time;
      nurseHere.hidden = !result.reply.nurse;
      if (result.reply.id) insert(result.reply.id, result.reply.html);
      else show(nurseHere); // a nurse answers it
    } else {
      fail(node, text, id, result.refused);
    }
  }

  function fail(node, text, id, refused) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "again";
    again.textContent = form.dataset.notSent;
    again.addEventListener("click", () => {
      again.remove();
      node.classList.remove("failed");
      node.classList.add("going");
      send(node, text, id);
    });
    node.classList.add("failed");
    node.querySelector(".sent").replaceChildren(again);
    alertLine.textContent = refused || form.dataset.offline;
    show(node);
  }

  // One at a time, so that messages arrive in the order in which she wrote them.
  function send(node, text, id) {
    sending += 1;
    line = line.then(() => deliver(node, text, id)).finally(() => { sending -= 1; });
  }

  function say(text) {
    if (!text.trim()) return;
    document.getElementById("welcome")?.remove();
    log.querySelectorAll(".quick, .rate").forEach((old) => old.remove());
    const id = newId();
    send(bubble(text, id), text, id);
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
    const rest = box.maxLength - box.value.length;
    left.textContent = rest < 400 ? `${rest} characters left` : "";
  }

  async function poll() {
    if (sending || document.hidden) return;
    try {
      const answer = await fetch(`/chat/messages?after=${last}`, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const data = await answer.json();
      if (sending) return;
      for (const message of data.messages) {
        const own = message.client_id && log.querySelector(`[data-client="${CSS.escape(message.client_id)}"]`);
        if (!own) insert(message.id, message.html);
      }
      nurseHere.hidden = !data.nurse;
      last = data.last;
    } catch {
      // Offline: the next poll tries again; a message that fails to leave says so itself.
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(box.value);
    box.value = "";
    grow();
    // On a phone the keyboard would cover the answer.
    if (matchMedia("(pointer: fine)").matches) box.focus();
    else box.blur();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) form.requestSubmit();
  });
  box.addEventListener("input", grow);
  // One tap that nobody waits for: lost, it is only a rating less.
  function rate(node, helpful) {
    const body = new URLSearchParams({ message: node.elements.message.value, helpful });
    fetch(node.action, { method: "POST", headers: { accept: "application/json" }, body }).catch(() => {});
    const done = document.createElement("p");
    done.className = "rate";
    done.setAttribute("role", "status");
    done.textContent = node.dataset.done;
    node.replaceWith(done);
  }

  log.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches(".rate")) {
      rate(event.target, event.submitter.value);
      return;
    }
    say(event.submitter.value);
  });
  document.querySelectorAll("[data-example]").forEach((example) => {
    example.addEventListener("click", (event) => {
      event.preventDefault();
      box.value = example.textContent;
      grow();
      box.focus();
    });
  });
  setInterval(poll, POLL);
  document.addEventListener("visibilitychange", poll);
  grow();
  if (log.lastElementChild) log.lastElementChild.scrollIntoView({ block: "nearest" });
})();
