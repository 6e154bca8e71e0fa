// The room's helper: ticks the clock, follows the stream, swaps the stage, and keeps what is written until the server has it.
// Everything here also works without it, by plain forms. docs/live-room.md says what it promises.
(() => {
  const main = document.querySelector("main[data-room]");
  if (!main) return;
  const me = main.dataset.person;
  const isTable = "table" in main.dataset;
  const says = document.getElementById("says");
  const stage = () => document.getElementById("stage");
  const facts = () => stage().dataset;
  const token = () => stage().querySelector("[name=csrfmiddlewaretoken]")?.value || main.dataset.token;
  const wait = (time) => new Promise((done) => setTimeout(done, time));

  const PULSE = 2000; // ms between two questions while there is no stream, and between two attempts to send
  const QUIET = 25000; // ms without a word from the stream, which beats every 15 s: it is dead
  const OPENING = 15000; // ms that a stream may take until its first word
  const HANGING = 2000; // ms after which a question without an answer is followed by another one, to see whether it was lost
  const PATIENCE = 20000; // ms for an answer on a slow line
  const SHORT_PATIENCE = 6500; // ms for "is anything new?"; three such questions may be under way, so that no gap between two is longer than 2.5 s
  const LATE = 10; // seconds after which a time is no longer announced
  const LONG_AGO = 15000; // ms after which "sending" is no longer the whole truth

  // ------------------------------------------------------------------ asking the server
  // An answer counts only when it says for whom it was made. The page of a hotel's wifi does not, nor does an error on the way.
  class NoConnection extends Error {
    constructor(isBack = false) {
      super("no connection");
      this.isBack = isBack;
    }
  }
  const underWay = new Set();
  let roundTrip = 0; // ms that the last answer took; a slow line or a busy server is not asked more often for it
  // Whoever asked much later was answered first: the earlier question hangs on a line that is no longer there.
  const overtake = (asked) => {
    const now = performance.now();
    roundTrip = now - asked.at;
    for (const earlier of underWay) {
      if (now - earlier.at < 1000 + 4 * roundTrip) continue;
      earlier.isOvertaken = true;
      earlier.control.abort();
    }
  };
  const ask = async (url, { patience = PATIENCE, headers = {}, ...options } = {}) => {
    const asked = { at: performance.now(), control: new AbortController(), isOvertaken: false };
    const timer = setTimeout(() => asked.control.abort(), patience);
    underWay.add(asked);
    let answer, text;
    try {
      answer = await fetch(url, { cache: "no-store", signal: asked.control.signal, ...options, headers: { ...headers, "X-Person": me } });
      text = await answer.text();
    } catch {
      throw new NoConnection(asked.isOvertaken);
    } finally {
      clearTimeout(timer);
      underWay.delete(asked);
    }
    const reader = answer.headers.get("X-Person");
    if (!reader) throw new NoConnection();
    overtake(asked);
    if (reader !== me) {
      await turnAway(reader, text);
      throw new NoConnection();
    }
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return { status: answer.status, url: answer.url, isRedirected: answer.redirected, text, told: isJson ? JSON.parse(text) : null };
  };
  const post = (url, body, headers = {}, patience = PATIENCE) =>
    ask(url, {
      method: "POST", body, patience,
      headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded", ...headers },
    });

  // Somebody else is signed in here, or nobody. Signing out wipes the device's storage: then nothing of this page may stay either.
  // When only the sign-in has run out, the words stay and the person is told what to do.
  const turnAway = async (reader, text) => {
    if (reader !== "nobody" || (await kept.owner()) !== me) {
      if (reader !== "nobody") await kept.wipe();
      return void location.reload();
    }
    try {
      tell(JSON.parse(text).sentence);
    } catch {
      setAway(true);
    }
  };

  // ------------------------------------------------------------------ clock
  let read = performance.now();
  const serverNow = () => Date.parse(facts().now) + (performance.now() - read) * (Number(facts().rate) || 1);
  let announced = "";
  let ticked = {}; // position, end and seconds left when the clock was last looked at
  let askedAt = 0;
  const announce = (words, key) => {
    if (announced === key) return;
    announced = key;
    says.textContent = words;
  };
  const tick = () => {
    showState();
    const { endsAt, length, runs, up, position } = facts();
    if (!endsAt || runs !== "yes") return;
    const left = Math.max(0, Math.round((Date.parse(endsAt) - serverNow()) / 1000));
    const share = Math.min(1, left / Math.max(1, Number(length)));
    const clock = document.getElementById("clock");
    if (clock) clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    document.getElementById("left")?.setAttribute("width", `${(100 * share).toFixed(1)}%`);
    document.getElementById("run")?.setAttribute("stroke-dasharray", `${(100 * share).toFixed(1)} 100`);
    // Told when the moment comes, and not to somebody who opens the page later: it would be wrong by then.
    const before = ticked.position === position && ticked.endsAt === endsAt ? ticked.left : left;
    ticked = { position, endsAt, left };
    const comes = (mark) => before > mark && left <= mark && left > mark - LATE;
    if (comes(0)) announce(main.dataset.saysEnd, `${position} end`);
    else if (Number(length) > 120 && comes(60)) announce(main.dataset.saysMinute, `${position} minute`);
    else if (Number(length) > 60 && comes(Math.floor(Number(length) / 2))) announce(main.dataset.saysHalf, `${position} half`);
    if (left === 0 && up !== "yes" && performance.now() - askedAt > 2000) {
      askedAt = performance.now();
      refresh();
    }
  };

  // ------------------------------------------------------------------ saying how things stand
  let pendingSince = 0; // when the oldest input that the server does not have yet was written
  let isAway = false;
  const setAway = (away) => {
    isAway = away;
    showState();
  };
  const showState = () => {
    const waited = pendingSince ? performance.now() - pendingSince : 0;
    if (waited > LONG_AGO || (!pendingSince && isAway)) show("away");
    else if (waited > 2000 || (pendingSince && isAway)) show("sending");
    else show(pendingSince ? said : "saved"); // a stage that was swapped meanwhile says "saved" by itself
  };
  let said = "saved";
  const show = (state) => {
    said = state;
    const line = document.getElementById("live");
    const words = { saved: main.dataset.saysSaved, sending: main.dataset.saysSending, away: main.dataset.saysAway }[state];
    if (!line) return void (state === "away" && announce(words, "away"));
    line.dataset.state = state === "saved" ? "saved" : "sending";
    line.querySelector('[data-icon="saved"]').hidden = state !== "saved";
    line.querySelector('[data-icon="sending"]').hidden = state === "saved";
    const place = line.querySelector("[data-words]");
    if (place.textContent !== words) place.textContent = words;
  };
  const slip = (sentence, words = []) => {
    const box = document.createElement("div");
    box.className = "alert";
    box.dataset.tone = "wait";
    for (const [text, kind] of [[sentence, ""], ...words.map((text) => [text, "own"])]) {
      const line = document.createElement("p");
      line.className = kind;
      line.textContent = text;
      box.append(line);
    }
    return box;
  };
  const tell = (sentence) => {
    if ([...document.querySelectorAll("[data-told]")].some((one) => one.textContent === sentence)) return;
    const box = slip(sentence);
    box.dataset.told = "";
    box.setAttribute("role", "alert");
    stage().querySelector(".in")?.prepend(box);
  };

  // ------------------------------------------------------------------ kept on this device
  // One small database for all tabs. Opened for each use, so that what signing out wipes is gone from this page too.
  // A rehearsal has one of its own: what a real session still has to send is another person's there, and would be wiped.
  const STORE = "rehearsal" in main.dataset ? "reconvene-rehearsal" : "reconvene-room";
  const memory = new Map(); // where a browser gives no storage: until the page is closed
  const open = () =>
    new Promise((done, failed) => {
      const request = indexedDB.open(STORE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("queue");
      request.onsuccess = () => done(request.result);
      request.onerror = request.onblocked = () => failed(request.error);
    });
  const withStore = async (act, otherwise) => {
    let db;
    try {
      db = await open();
      return await new Promise((done, failed) => {
        const work = db.transaction("queue", "readwrite");
        const request = act(work.objectStore("queue"));
        work.oncomplete = () => done(request.result);
        work.onabort = work.onerror = () => failed(work.error);
      });
    } catch {
      return otherwise();
    } finally {
      db?.close();
    }
  };
  let claimed = null;
  const kept = {
    all: () => withStore((store) => store.getAll(), () => [...memory.values()]),
    owner: async () => (await withStore((store) => store.get("owner"), () => ({ person: me })))?.person,
    wipe: () => withStore((store) => store.clear(), () => memory.clear()),
    // Replace one entry by what `change` makes of it; by nothing when that is null.
    revise: (key, change) =>
      withStore(
        (store) => {
          const old = store.get(key);
          old.onsuccess = () => {
            const entry = change(old.result);
            if (entry) store.put(entry, key);
            else store.delete(key);
          };
          return old;
        },
        () => {
          const entry = change(memory.get(key));
          if (entry) memory.set(key, entry);
          else memory.delete(key);
        },
      ),
    // What another person left on this device is neither sent nor shown. Nothing is kept before that: it would be wiped with it.
    claim: () =>
      (claimed ??= kept.owner().then(async (owner) => {
        if (owner !== me) await kept.wipe();
        await kept.revise("owner", () => ({ person: me }));
      })),
    mine: async () => (await kept.all()).filter((entry) => entry.person === me && entry.url),
  };

  // ------------------------------------------------------------------ what was typed on this page
  const touched = new Map(); // "address name" of every box that was typed in since the room moved, and the number at which it was
  const fresh = new Set(); // those of them that were not yet kept
  const addressOf = (form) => form?.getAttribute("action") || "";
  const placeOf = (box) => `${addressOf(box.form)} ${box.name}`; // the address of a card ends with whom it is for
  const BOXES = "textarea[name], select[name], input[name]:not([type=hidden])";
  const isTick = (box) => box.type === "radio" || box.type === "checkbox";
  const untouch = (address, number) => {
    for (const [place, typed] of [...touched]) if (place.startsWith(`${address} `) && typed < number) touched.delete(place);
  };
  // Boxes that belong together (help-7, do-7) go together; boxes nobody typed in stay at home, where they would
  // undo what the same person wrote on another device. What has no number is the form's own.
  const familyOf = (name) => (name.includes("-") ? name.slice(name.indexOf("-")) : "");
  const wordsOf = (form, submitter, places) => {
    const families = new Set([...form.elements].filter((box) => box.name && places.has(placeOf(box))).map((box) => familyOf(box.name)));
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter)) {
      const isIts = !familyOf(name) || families.has(familyOf(name));
      if (name !== "csrfmiddlewaretoken" && isIts) found.append(name, value);
    }
    return found;
  };
  // What overlays an entry that was not sent yet: the newer words win, and a "done" stays with the position it was said in.
  const overlaid = (old, words) => {
    const both = new URLSearchParams(old);
    const isDone = both.has("done") && !words.has("done");
    const newer = [...words].filter(([name]) => !(isDone && name === "seen"));
    for (const [name] of newer) both.delete(name);
    for (const [name, value] of newer) both.append(name, value); // of ticks, one name has several
    return both;
  };

  // ------------------------------------------------------------------ queue: kept, sent in order, sent again with the same number
  let last = 0;
  const nextNumber = () => (last = Math.max(last + 1, facts().now ? Math.floor(serverNow() * 1000) : 0));
  const isDraft = (form) => form.matches("[data-draft], [data-queue]");
  const keyOf = (address, words) => {
    const one = words.get("client_id") || words.get("move");
    return one ? `${address}#${one}` : address;
  };
  const beingKept = new Set(); // a slow device may still be writing when it is time to send
  const keep = (form, options) => {
    const work = write(form, options).finally(() => beingKept.delete(work));
    beingKept.add(work);
    return work;
  };
  const write = async (form, { submitter = null, places = fresh, isHeld = false } = {}) => {
    const address = addressOf(form);
    const words = wordsOf(form, submitter, places);
    if (words.has("client_id")) {
      words.set("client_id", crypto.randomUUID()); // offline the page stays the same, and so would its id
      if (!words.has("seen")) words.set("seen", facts().position);
    }
    for (const box of form.elements) fresh.delete(placeOf(box));
    const texts = [...form.querySelectorAll("textarea")].filter((box) => box.value.trim() && touched.has(placeOf(box)));
    const entry = { url: address, number: nextNumber(), person: me, isDraft: isDraft(form), isPressed: submitter !== null, isHeld, texts: texts.map((box) => box.value) };
    const key = isHeld ? `held ${address}` : keyOf(address, words);
    if (!isHeld) pendingSince = pendingSince || performance.now();
    await kept.claim();
    await kept.revise(key, (old) => ({ ...entry, key, body: overlaid(old?.body, words).toString() }));
    if (!isHeld) await kept.revise(`held ${address}`, () => null);
  };
  const alone = (name, work) => (navigator.locks ? navigator.locks.request(`reconvene ${name} ${me}`, work) : work());
  const taken = (entry) => kept.revise(entry.key, (old) => (old && old.number !== entry.number ? old : null));
  const send = async (entry) => {
    const answer = await post(entry.url, entry.body, { "X-Draft": "yes", "X-Number": String(entry.number) });
    if (answer.status === 403) {
      await refresh(); // the token is stale; the stage brings a new one
      throw new NoConnection();
    }
    if (!answer.told && answer.status !== 404) throw new NoConnection();
    if (answer.told?.saved && !entry.isDraft) untouch(entry.url, entry.number);
    isStale ||= !entry.isDraft || entry.isPressed || new URLSearchParams(entry.body).has("done");
    const isGone = answer.status === 404 && entry.texts.length > 0; // a tap on what is not there any more is none
    if (isGone) await refuse(entry, { sentence: main.dataset.saysGone, remove: main.dataset.saysRemove });
    else if (answer.told && !answer.told.saved) await refuse(entry, answer.told);
    else if (answer.told) for (const one of await kept.mine()) if (one.refused && one.url === entry.url) await kept.revise(one.key, () => null);
    await taken(entry);
  };
  const isWaiting = (entry) => !entry.refused && !entry.isHeld;
  const sendAll = async () => {
    for (;;) {
      await Promise.all(beingKept);
      const waiting = (await kept.mine()).filter(isWaiting).sort((one, other) => one.number - other.number);
      if (!waiting.length) return;
      pendingSince = pendingSince || performance.now();
      await send(waiting[0]);
    }
  };
  let isStale = false; // what was sent shows on the person's own stage
  let flushing = null;
  let isMore = false;
  let retry = null;
  const flush = () => {
    clearTimeout(retry);
    isMore = flushing !== null;
    flushing ??= alone("queue", sendAll)
      .then(() => {
        pendingSince = 0;
        showState();
        return isStale ? refresh() : null;
      })
      .catch((problem) => {
        isMore = false;
        retry = setTimeout(flush, problem.isBack ? 0 : PULSE);
        showState();
      })
      .then(() => {
        flushing = null;
        return isMore ? flush() : null;
      });
    return flushing;
  };

  // What was not accepted stays on the screen, with the reason, until its author has no more need of it.
  const refuse = async (entry, told) => {
    if (!entry.isDraft) untouch(entry.url, entry.number);
    if (!entry.texts.length) return tell(told.sentence);
    const key = `refused ${entry.number}`;
    await kept.revise(key, () => ({ ...entry, key, refused: told.sentence, field: told.field, theirs: told.theirs, remove: told.remove }));
    await showRefused("alert");
  };
  // The reason at the box it is about, as the page itself would show it.
  const mark = (box, sentence, role) => {
    const reason = document.createElement("p");
    reason.className = "error";
    reason.id = `${box.id}-refused`;
    reason.dataset.refused = "";
    reason.textContent = sentence;
    box.before(reason);
    box.closest(".field").dataset.error = "";
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", `${reason.id} ${box.getAttribute("aria-describedby") || ""}`.trim());
    if (role === "alert") box.focus();
  };
  const unmark = (field) => {
    const box = field?.querySelector("[aria-invalid]");
    if (!box) return;
    delete field.dataset.error;
    box.removeAttribute("aria-invalid");
    box.setAttribute("aria-describedby", box.getAttribute("aria-describedby").split(" ").slice(1).join(" "));
  };
  const showRefused = async (role = "note") => {
    const refused = (await kept.mine()).filter((entry) => entry.refused);
    for (const old of document.querySelectorAll("[data-refused]")) {
      unmark(old.closest(".field"));
      old.remove();
    }
    const shown = new Set([...stage().querySelectorAll("textarea")].map((box) => box.value));
    for (const entry of refused) {
      const texts = entry.texts.filter((text) => !shown.has(text));
      const wrong = [...stage().querySelectorAll("[name]")].find((one) => placeOf(one) === `${entry.url} ${entry.field}`);
      if (wrong && !texts.length) {
        mark(wrong, entry.refused, role);
        continue;
      }
      const box = slip(entry.refused, [...(entry.theirs ? [entry.theirs] : []), ...texts]);
      box.dataset.refused = "";
      box.setAttribute("role", role);
      const button = document.createElement("button");
      button.className = "btn";
      button.type = "button";
      button.textContent = entry.remove;
      button.onclick = async () => {
        await kept.revise(entry.key, () => null);
        box.remove();
        if (isOut && !document.querySelector("[data-refused]")) location.reload();
      };
      box.append(button);
      stage().querySelector(".in")?.prepend(box);
    }
  };
  // After a reload the boxes hold what was typed, not what the server had.
  const recall = async () => {
    await kept.claim();
    const entries = (await kept.mine()).filter((entry) => !entry.refused);
    const typed = new Set(touched.keys());
    for (const entry of entries) {
      const words = new URLSearchParams(entry.body);
      for (const box of stage().querySelectorAll(BOXES)) {
        if (addressOf(box.form) !== entry.url || !words.has(box.name) || "fresh" in box.form.dataset || typed.has(placeOf(box))) continue;
        if (isTick(box)) box.checked = words.getAll(box.name).includes(box.value);
        else box.value = words.get(box.name);
        touched.set(placeOf(box), entry.number - 1);
      }
    }
    showPreview();
    await showRefused();
    flush();
  };

  // ------------------------------------------------------------------ what the others will see, as it is typed
  // The page made by the server shows the same; a test holds the two against each other and against what is revealed.
  const clause = (text, word) => {
    const words = text.replace(/^[ \n.,;:…]+|[ \n.,;:…]+$/g, "");
    return word && words.toLowerCase().startsWith(`${word.toLowerCase()} `) ? words.slice(word.length).trimStart() : words;
  };
  const boxNamed = (name) => stage().querySelector(`textarea[name="${name}"]`);
  const showPreview = () => {
    const panel = stage().querySelector("[data-preview]");
    if (!panel) return;
    for (const place of panel.querySelectorAll("[data-shows]")) {
      const text = (boxNamed(place.dataset.shows)?.value || "").trim();
      const words = "clause" in place.dataset ? clause(text, place.dataset.clause) : text;
      if (place.textContent !== words) place.textContent = words;
      const around = place.closest("[data-with]");
      if (around) around.hidden = !text;
    }
    for (const item of panel.querySelectorAll("[data-item]")) item.hidden = ![...item.querySelectorAll("[data-shows]")].some((one) => one.textContent);
    for (const place of panel.querySelectorAll("[data-choice]")) {
      const [name, value] = place.dataset.choice.split(" ");
      const chosen = stage().querySelector(`input[name="${name}"]:checked`)?.value;
      place.hidden = chosen ? chosen !== value : !("otherwise" in place.dataset);
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clears]");
    if (!button) return;
    const boxes = button.dataset.clears.split(" ").map(boxNamed).filter(Boolean);
    for (const box of boxes) {
      box.value = "";
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    boxes[0]?.focus(); // the button is gone with what it took back; in a closed part there is nothing to go to
  });

  // ------------------------------------------------------------------ stage
  const carryOver = (old, next) => {
    const there = [...next.querySelectorAll(BOXES)];
    for (const box of old.querySelectorAll(BOXES)) {
      if (!touched.has(placeOf(box))) continue;
      const same = there.find((one) => placeOf(one) === placeOf(box) && (!isTick(box) || one.value === box.value));
      if (!same) continue;
      if (isTick(box)) same.checked = box.checked;
      else same.value = box.value;
      // Which wording it was written against goes with it; otherwise somebody else's change would be overwritten unseen.
      for (const name of ["was", "version"]) {
        const [before, after] = [box, same].map((one) => one.form?.querySelector(`input[type=hidden][name=${name}]`));
        if (before && after) after.value = before.value;
      }
    }
    const opened = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    for (const summary of next.querySelectorAll("details > summary")) if (opened.has(summary.textContent)) summary.parentElement.open = true;
  };
  // Words for somebody who no longer speaks stay with them: their form goes along as long as they are still handed cards.
  const bringAlong = (old, next) => {
    for (const form of old.querySelectorAll("form[data-fresh]")) {
      const texts = [...form.querySelectorAll("textarea")].map((box) => box.value.trim()).filter(Boolean);
      if (!texts.length || [...next.querySelectorAll("form")].some((one) => addressOf(one) === addressOf(form))) continue;
      if (!("cards" in next.dataset)) {
        refuse({ url: addressOf(form), number: nextNumber(), person: me, texts }, { sentence: form.dataset.over, remove: main.dataset.saysRemove });
        continue;
      }
      form.querySelector("[name=csrfmiddlewaretoken]").value = next.querySelector("[name=csrfmiddlewaretoken]").value;
      next.querySelector(".in").prepend(form);
    }
  };
  const focusOf = (old) => {
    const box = document.activeElement;
    return box && old.contains(box) && box.id ? { id: box.id, start: box.selectionStart, end: box.selectionEnd } : null;
  };
  const focusAgain = (held) => {
    const box = held && document.getElementById(held.id);
    if (!box) return;
    box.focus({ preventScroll: true });
    if (held.start != null && box.setSelectionRange) box.setSelectionRange(held.start, held.end);
  };
  const swap = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html").getElementById("stage");
    const old = stage();
    if (!next) return false;
    if (Number(next.dataset.counter) < Number(old.dataset.counter)) {
      again ||= isStale; // counts that came meanwhile are newer than what was fetched, and one's own words still have to show
      return false;
    }
    const moved = old.dataset.position !== next.dataset.position || old.dataset.name !== next.dataset.name;
    const held = focusOf(old);
    carryOver(old, next);
    bringAlong(old, next);
    old.replaceWith(next);
    read = performance.now();
    isStale = false;
    known = Math.max(known, Number(next.dataset.counter));
    focusAgain(held);
    if (moved) {
      // What is sent only when a button is pressed is nowhere else yet: it goes along from one speaker to the next.
      const held = new Set([...next.querySelectorAll("form:not([data-draft])")].flatMap((form) => [...form.elements].map(placeOf)));
      for (const place of [...touched.keys()]) if (!held.has(place)) touched.delete(place);
      scrollTo(0, 0);
      says.textContent = next.querySelector("h2, h1")?.textContent || "";
    }
    if (next.dataset.name === "closed") stop();
    awake();
    showRefused();
    showPreview();
    tick();
    return true;
  };
  // A button replaced under the finger would not hear the tap: what came meanwhile is shown when the finger is lifted.
  const HELD = 1000; // ms after which it is no tap
  let lifted = null;
  let lift = () => {};
  addEventListener("pointerdown", () => {
    lifted ??= new Promise((done) => (lift = done)).then(() => (lifted = null));
    setTimeout(lift, HELD);
  }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(lift), true);
  // Whoever has no seat here any more sees nothing of the room but their own words that it did not get.
  let isOut = false;
  const goOut = async () => {
    if (isOut) return;
    isOut = true;
    stop();
    keepNow();
    await Promise.all(beingKept);
    for (const until = performance.now() + SHORT_PATIENCE; performance.now() < until && (await kept.mine()).some(isWaiting); await wait(200)) flush();
    if (isTable || !(await kept.mine()).some((entry) => entry.refused)) return location.reload();
    for (const part of stage().querySelectorAll("header, footer, aside, .in > :not([data-refused])")) part.remove();
    await showRefused("alert");
  };
  let fetching = null;
  let again = false;
  const refresh = () => {
    if (fetching) {
      again = true;
      return fetching;
    }
    fetching = ask(main.dataset.stage, { headers: { "HX-Request": "true" } })
      .then(async (answer) => {
        await lifted;
        return answer.status === 404 ? void goOut() : swap(answer.text);
      })
      .catch((problem) => {
        again ||= problem.isBack;
      })
      .finally(() => {
        fetching = null;
        if (!again) return;
        again = false;
        refresh();
      });
    return fetching;
  };

  // ------------------------------------------------------------------ signals: one stream for all tabs of this room
  let known = Number(facts().counter); // the last event that was heard of; the stage may be behind it when a fetch failed
  let heard = -Infinity; // when a stream last said anything, here or in the tab that has it
  let stopped = false;
  const isNextTo = (number) => number === Number(facts().counter) + 1;
  const isBehind = () => known > Number(facts().counter);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(`reconvene ${main.dataset.room} ${me}`) : null;
  const share = (news) => channel?.postMessage(news);
  const take = ({ number, kind, count, isPolled, away }) => {
    if (away !== undefined) setAway(away);
    if (!isPolled || !source) heard = performance.now();
    if (!number || number <= known) return;
    const isNext = number === known + 1 && !isBehind();
    known = number;
    if (kind !== "count" || !isNext || isTable) setTimeout(refresh, Math.random() * 80);
    else {
      const place = document.getElementById("count");
      if (place) place.textContent = place.dataset.words.replace("%n", count).replace("%m", place.dataset.of);
      if (stage().querySelector("[data-counted]")) nameWriting(number);
      else stage().dataset.counter = number;
    }
  };
  // A count says how many, never who: the host's list and drawing are fetched, and nothing else of the stage, while they are all that has changed.
  const nameWriting = (number) =>
    ask(`${main.dataset.stage}?of=waits`, { headers: { "HX-Request": "true" } })
      .then(async (answer) => {
        await lifted;
        const next = new DOMParser().parseFromString(answer.text, "text/html");
        const [list, table] = ["[data-counted]", ".six"].map((part) => next.querySelector(part));
        const [oldList, oldTable] = ["[data-counted]", ".beside .six"].map((part) => stage().querySelector(part));
        if (isNextTo(number) && oldList && Number(list?.dataset.counted) === number) {
          oldList.replaceWith(list);
          oldTable.replaceWith(table);
          stage().dataset.counter = number;
        } else if (isBehind()) refresh();
      })
      .catch(refresh);
  if (channel) channel.onmessage = (event) => take(event.data);

  let source = null;
  let triedAt = -Infinity;
  let isEnough = false; // the server ended this stream for a newer one of the same person
  let giveUp = null; // lets another tab lead
  const hear = (news) => {
    share({ ...news, away: false });
    take({ ...news, away: false });
  };
  const connect = () => {
    if (stopped || isEnough || !giveUp) return;
    source?.close();
    triedAt = performance.now();
    source = new EventSource(`${main.dataset.stream}?after=${known}`);
    source.onmessage = (event) => {
      const [kind, count] = event.data.split(" ");
      hear({ number: Number(event.lastEventId), kind, count });
    };
    source.addEventListener("beat", () => {
      hear({});
      if ("demo" in main.dataset) refresh(); // somebody may have moved the demo's clock
    });
    source.addEventListener("enough", () => {
      isEnough = true;
      drop();
    });
    source.onerror = drop;
  };
  const drop = () => {
    source?.close();
    source = null;
    heard = -Infinity;
    poll();
  };
  // Without a stream: ask. Whoever is answered tries a stream again; the questions go on until it has said its first word.
  let polls = 0;
  let polledAt = -Infinity;
  const poll = async () => {
    if (stopped || polls > 2 || performance.now() - polledAt < 2 * roundTrip) return;
    polls += 1;
    polledAt = performance.now();
    try {
      const answer = await post(main.dataset.seen, "", {}, SHORT_PATIENCE);
      if (!answer.told) return void (await refresh());
      setAway(false);
      if (giveUp) share({ number: answer.told.counter, kind: "moved", count: 0, isPolled: true, away: false });
      known = Math.max(known, answer.told.counter);
      if (!source && performance.now() - triedAt > PULSE) connect();
      flush();
      if (isBehind()) await refresh();
    } catch (problem) {
      if (problem.isBack) return;
      setAway(true);
      if (giveUp) share({ isPolled: true, away: true });
    } finally {
      polls -= 1;
    }
  };
  const pulse = () => {
    if (stopped) return;
    const now = performance.now();
    if (source && now - Math.max(heard, triedAt) > (heard > triedAt ? QUIET : OPENING)) drop();
    else if (now - heard > QUIET || [...underWay].some((asked) => now - asked.at > HANGING + 4 * roundTrip)) poll();
    else if (isBehind()) refresh();
  };
  const lead = () =>
    new Promise((done) => {
      if (stopped) return done();
      giveUp = done;
      connect();
    });
  const stop = () => {
    stopped = true;
    source?.close();
    giveUp?.();
  };
  const comeBack = () => {
    isEnough = false;
    triedAt = -Infinity;
    drop();
    refresh();
    flush();
  };

  // ------------------------------------------------------------------ typing and tapping
  // What moves everybody must not happen later, when nobody expects it: it is sent now or not at all. Everything else is the
  // person's own word and is kept until it is there. "Pass" and "done" carry the position they were said in.
  const MOVES_EVERYBODY = /\/(begin|end|leaving|enter|keys|hosts|next-hosts|admissions|twins(\/[\w-]+)?|settling)\/$/;
  const OWN_MOVES = ["pass", "done"];
  const isOwn = (form, submitter) => {
    const move = new FormData(form, submitter).get("move");
    return move ? OWN_MOVES.includes(move) : !MOVES_EVERYBODY.test(addressOf(form));
  };
  const sayOwn = async (form, submitter) => {
    clearTimeout(sending);
    await keep(form, { submitter, places: touched });
    if ("fresh" in form.dataset) for (const box of form.querySelectorAll("textarea")) box.value = "";
    await Promise.race([flush(), wait(1500)]);
  };
  const moveAll = async (form, submitter) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    body.delete("csrfmiddlewaretoken");
    const number = nextNumber();
    try {
      let answer = await post(form.action, body.toString(), { "HX-Request": "true" });
      if (answer.status === 403) {
        await refresh(); // a new token
        answer = await post(form.action, body.toString(), { "HX-Request": "true" });
      }
      untouch(addressOf(form), number);
      if (answer.isRedirected && !answer.text.includes('id="stage"')) return void (location = answer.url);
      if (!swap(answer.text)) await refresh();
    } catch {
      setAway(true);
      poll();
    }
  };
  let keeping = null;
  let sending = null;
  const keepNow = () => {
    clearTimeout(keeping);
    const places = [...fresh];
    for (const form of stage().querySelectorAll("form[data-draft], form[data-queue]")) {
      if (places.some((place) => place.startsWith(`${addressOf(form)} `))) keep(form, { isHeld: "queue" in form.dataset });
    }
  };
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.name || !stage().contains(box)) return;
    touched.set(placeOf(box), nextNumber());
    showPreview();
    if (!box.form || !isDraft(box.form)) return;
    fresh.add(placeOf(box));
    clearTimeout(keeping);
    clearTimeout(sending);
    keeping = setTimeout(keepNow, box.type === "radio" ? 0 : 300);
    if ("draft" in box.form.dataset) sending = setTimeout(flush, box.type === "radio" ? 150 : 1200);
  });
  // A finger that slides along a row of scores takes the one below it, as on a slider; up and down it scrolls the page.
  const SLIDES = 12; // px to the side before a touch is no tap
  let slide = null;
  document.addEventListener("pointerdown", (event) => {
    const row = event.pointerType !== "mouse" && event.target.closest("[data-slides]");
    slide = row ? { row, from: event.clientX } : null;
  });
  document.addEventListener("pointermove", (event) => {
    if (!slide || (slide.from !== null && Math.abs(event.clientX - slide.from) < SLIDES)) return;
    slide.from = null;
    const box = document.elementFromPoint(event.clientX, event.clientY)?.closest("label")?.control;
    if (!box || box.checked || !slide.row.contains(box)) return;
    box.checked = true;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (slide = null));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || "leave" in form.dataset || !stage().contains(form)) return;
    event.preventDefault();
    if (form.dataset.busy) {
      if (form.id === "writing") form.dataset.again = "yes"; // words that were mended while the first answer was on its way
      return;
    }
    form.dataset.busy = "yes";
    const act = isOwn(form, event.submitter) ? sayOwn : moveAll;
    act(form, event.submitter).finally(() => {
      delete form.dataset.busy;
      const same = document.getElementById("writing");
      if (form.dataset.again && same?.action === form.action) same.requestSubmit(document.querySelector('[form="writing"][name="done"]'));
      delete form.dataset.again;
    });
  });
  addEventListener("online", comeBack);
  addEventListener("pagehide", keepNow);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return keepNow();
    if (stopped) return;
    if (isEnough || performance.now() - heard > QUIET) comeBack();
    else refresh();
    awake();
  });
  // The screen stays on in the lobby and during the session, and nowhere else: batteries.
  let light = null;
  const isInside = () => ["lobby", "step"].includes(facts().name);
  const awake = async () => {
    if (isInside() && !light && navigator.wakeLock) {
      light = "asked";
      light = await navigator.wakeLock.request("screen").catch(() => null);
      light?.addEventListener("release", () => (light = null));
    }
    if (!isInside()) await light?.release?.();
  };

  setInterval(tick, 500);
  setInterval(pulse, PULSE);
  if (facts().name !== "closed") {
    if (channel && navigator.locks) navigator.locks.request(`reconvene stream ${main.dataset.room} ${me}`, lead);
    else lead();
    heard = performance.now(); // until shown otherwise
    awake();
  }
  recall();
  tick();
})();
