// The room's helper: ticks the clock, follows the stream, swaps the stage, and keeps what is written until the server has it.
// Everything here also works without it, by plain forms.
(() => {
  const main = document.querySelector("main[data-room]");
  if (!main) return;
  const says = document.getElementById("says");
  const isTable = "table" in main.dataset;
  const stage = () => document.getElementById("stage");
  const facts = () => stage().dataset;
  const rate = () => Number(facts().rate) || 1;
  let counter = Number(facts().counter);
  let read = performance.now();

  // ------------------------------------------------------------------ clock
  const serverNow = () => Date.parse(facts().now) + (performance.now() - read) * rate();
  let announced = "";
  let askedAt = 0;
  const announce = (words, key) => {
    if (announced === key) return;
    announced = key;
    says.textContent = words;
  };
  const tick = () => {
    const { endsAt, length, runs, up, position } = facts();
    if (!endsAt || runs !== "yes") return;
    const left = Math.max(0, Math.round((Date.parse(endsAt) - serverNow()) / 1000));
    const share = Math.min(1, left / Math.max(1, Number(length)));
    const clock = document.getElementById("clock");
    if (clock) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    document.getElementById("left")?.setAttribute("width", `${(100 * share).toFixed(1)}%`);
    document.getElementById("run")?.setAttribute("stroke-dasharray", `${(100 * share).toFixed(1)} 100`);
    if (left === 0) announce(main.dataset.saysEnd, `${position} end`);
    else if (left <= 60 && Number(length) > 120) announce(main.dataset.saysMinute, `${position} minute`);
    else if (left <= Number(length) / 2 && Number(length) > 60) announce(main.dataset.saysHalf, `${position} half`);
    if (left === 0 && up !== "yes" && performance.now() - askedAt > 2000) {
      askedAt = performance.now();
      refresh();
    }
  };
  setInterval(tick, 500);

  // ------------------------------------------------------------------ status line
  const show = (state) => {
    const line = document.getElementById("live");
    if (!line) return;
    line.dataset.state = state === "saved" ? "saved" : "sending";
    line.querySelector('[data-icon="saved"]').hidden = state !== "saved";
    line.querySelector('[data-icon="sending"]').hidden = state === "saved";
    const words = { saved: main.dataset.saysSaved, sending: main.dataset.saysSending, away: main.dataset.saysAway }[state];
    const place = line.querySelector("[data-words]");
    if (place.textContent !== words) place.textContent = words;
  };

  const tell = (sentence) => {
    const line = document.createElement("p");
    line.className = "alert";
    line.dataset.tone = "wait";
    line.setAttribute("role", "alert");
    const words = document.createElement("span");
    words.textContent = sentence;
    line.append(words);
    stage().querySelector(".in")?.prepend(line);
  };

  // ------------------------------------------------------------------ stage
  const dirty = new Set();
  const swap = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("stage");
    if (!fresh) return false;
    const old = stage();
    const moved = old.dataset.position !== fresh.dataset.position || old.dataset.name !== fresh.dataset.name;
    const focus = document.activeElement;
    const held = focus && old.contains(focus) && focus.id ? { id: focus.id, start: focus.selectionStart, end: focus.selectionEnd } : null;
    for (const box of old.querySelectorAll("textarea[name], input[type=radio][name]:checked")) {
      if (!dirty.has(box.name)) continue;
      const same = [...fresh.querySelectorAll("[name]")].find((one) => one.name === box.name && (box.type !== "radio" || one.value === box.value));
      if (!same) continue;
      if (box.type === "radio") same.checked = true;
      else same.value = box.value;
    }
    const open = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    for (const summary of fresh.querySelectorAll("details > summary")) if (open.has(summary.textContent)) summary.parentElement.open = true;
    old.replaceWith(fresh);
    read = performance.now();
    counter = Math.max(counter, Number(fresh.dataset.counter));
    const again = held && document.getElementById(held.id);
    if (again) {
      again.focus({ preventScroll: true });
      if (held.start != null && again.setSelectionRange) again.setSelectionRange(held.start, held.end);
    }
    if (moved) {
      dirty.clear();
      scrollTo(0, 0);
      says.textContent = fresh.querySelector("h2, h1")?.textContent || "";
    }
    if (fresh.dataset.name === "closed") stop();
    if (memory.size) show("sending"); // a fresh stage says "saved"; what still waits on this device is not
    tick();
    return true;
  };
  let fetching = null;
  let again = false;
  const refresh = () => {
    if (fetching) {
      again = true;
      return fetching;
    }
    fetching = fetch(main.dataset.stage, { headers: { "HX-Request": "true" }, cache: "no-store" })
      .then((answer) => answer.text().then((text) => (answer.status === 404 ? location.reload() : swap(text))))
      .catch(() => false)
      .finally(() => {
        fetching = null;
        if (again) {
          again = false;
          refresh();
        }
      });
    return fetching;
  };

  // ------------------------------------------------------------------ stream
  let source = null;
  let failures = 0;
  let heard = performance.now();
  let polling = null;
  let stopped = false;
  const hear = (event) => {
    heard = performance.now();
    failures = 0;
    quiet();
    const number = Number(event.lastEventId);
    if (number <= counter) return;
    counter = number;
    const [kind, count] = event.data.split(" ");
    const place = document.getElementById("count");
    if (kind === "count" && !isTable) {
      if (place) place.textContent = place.dataset.words.replace("%n", count).replace("%m", place.dataset.of);
      return;
    }
    setTimeout(refresh, Math.random() * 80);
  };
  const connect = () => {
    if (stopped) return;
    source?.close();
    source = new EventSource(`${main.dataset.stream}?after=${counter}`);
    heard = performance.now();
    source.onopen = () => {
      failures = 0;
      quiet();
      flush();
    };
    source.onmessage = hear;
    source.addEventListener("beat", () => {
      heard = performance.now();
      if ("demo" in main.dataset) refresh(); // somebody may have moved the demo's clock
    });
    source.onerror = () => {
      failures += 1;
      if (source.readyState === EventSource.CLOSED || failures >= 2) fall();
    };
  };
  const fall = () => {
    source?.close();
    if (!polling && !stopped) polling = setInterval(poll, 3000);
  };
  const quiet = () => {
    clearInterval(polling);
    polling = null;
  };
  let polls = 0;
  const poll = async () => {
    polls += 1;
    try {
      const body = new URLSearchParams({ csrfmiddlewaretoken: main.dataset.token });
      const answer = await fetch(main.dataset.seen, { method: "POST", body, cache: "no-store" });
      const found = await answer.json();
      if (found.counter > counter) await refresh();
      flush();
      if (polls % 5 === 0) connect();
    } catch {
      if (pendingSince) show(performance.now() - pendingSince > 15000 ? "away" : "sending");
    }
  };
  const stop = () => {
    stopped = true;
    source?.close();
    quiet();
  };
  setInterval(() => {
    if (!stopped && !polling && performance.now() - heard > 35000) {
      failures += 1;
      if (failures >= 2) fall();
      else connect();
    }
  }, 5000);

  // ------------------------------------------------------------------ kept on this device until the server has it
  const memory = new Map();
  const base = new Promise((done) => {
    const request = indexedDB.open("reconvene-room", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("queue");
    request.onsuccess = () => done(request.result);
    request.onerror = () => done(null);
  }).catch(() => null);
  const store = async (mode, act) => {
    const db = await base;
    if (!db) return;
    const kept = db.transaction("queue", mode).objectStore("queue");
    await new Promise((done) => {
      const request = act(kept);
      request.onsuccess = request.onerror = () => done(request.result);
    });
  };
  const remember = (entry) => {
    memory.set(entry.key, entry);
    store("readwrite", (kept) => kept.put(entry, entry.key));
  };
  const forget = (key) => {
    memory.delete(key);
    store("readwrite", (kept) => kept.delete(key));
  };
  const me = main.dataset.person;
  const recall = async () => {
    const db = await base;
    if (!db) return;
    const kept = db.transaction("queue").objectStore("queue");
    const entries = await new Promise((done) => {
      const request = kept.getAll();
      request.onsuccess = () => done(request.result);
      request.onerror = () => done([]);
    });
    for (const entry of entries.sort((one, other) => one.at - other.at)) {
      if (entry.person !== me) forget(entry.key);
      else if (!memory.has(entry.key)) memory.set(entry.key, entry);
    }
    flush();
  };
  let pendingSince = 0;
  let flushing = false;
  let retry = null;
  const bodyOf = (form, submitter) => new URLSearchParams(new FormData(form, submitter)).toString();
  const keep = (form, submitter) => {
    const body = bodyOf(form, submitter);
    const once = new URLSearchParams(body).get("client_id");
    remember({ key: once || form.action, url: form.action, body, at: Date.now(), person: me });
  };
  const flush = async () => {
    if (flushing || !memory.size) return;
    flushing = true;
    pendingSince = pendingSince || performance.now();
    const slow = setTimeout(() => show("sending"), 2000);
    try {
      for (const entry of [...memory.values()]) {
        const headers = { "X-Draft": "yes", "Content-Type": "application/x-www-form-urlencoded" };
        const answer = await fetch(entry.url, { method: "POST", body: entry.body, headers });
        const isOurs = (answer.headers.get("content-type") || "").includes("json");
        if (!isOurs && answer.status !== 422 && answer.status !== 404) throw new Error("not delivered");
        const told = isOurs ? await answer.json() : { saved: false };
        if (memory.get(entry.key) === entry) forget(entry.key);
        if (!told.saved && told.sentence) tell(told.sentence);
      }
      pendingSince = 0;
      show("saved");
    } catch {
      show(performance.now() - pendingSince > 15000 ? "away" : "sending");
      clearTimeout(retry);
      retry = setTimeout(flush, 2500);
    } finally {
      clearTimeout(slow);
      flushing = false;
    }
    if (memory.size && !retry) flush();
    retry = null;
  };

  // ------------------------------------------------------------------ typing and tapping
  let typing = null;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!event.target.name) return;
    dirty.add(event.target.name);
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      keep(form);
      flush();
    }, event.target.type === "radio" ? 150 : 1200);
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || "leave" in form.dataset || !stage().contains(form)) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    clearTimeout(typing);
    const isText = form.matches("[data-draft], [data-queue], [data-fresh]");
    try {
      const answer = await fetch(form.action, { method: "POST", body: bodyOf(form, event.submitter) , headers: { "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" } });
      const text = await answer.text();
      if (answer.redirected && !text.includes('id="stage"')) return void (location = answer.url);
      for (const box of form.querySelectorAll("[name]")) dirty.delete(box.name);
      forget(form.action);
      if (swap(text)) show(memory.size ? "sending" : "saved");
      else throw new Error("not a stage");
    } catch {
      if (isText) {
        keep(form, event.submitter);
        if ("fresh" in form.dataset) for (const box of form.querySelectorAll("textarea")) box.value = "";
      }
      pendingSince = pendingSince || performance.now();
      show(isText ? "sending" : "away");
      clearTimeout(retry);
      retry = setTimeout(flush, 2500);
    } finally {
      delete form.dataset.busy;
    }
  });
  addEventListener("online", () => {
    connect();
    refresh();
    flush();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || stopped) return;
    if (performance.now() - heard > 20000) connect();
    refresh();
    awake();
  });
  const awake = () => navigator.wakeLock?.request("screen").catch(() => {});

  if (facts().name !== "closed") {
    connect();
    awake();
  }
  recall();
  tick();
})();
