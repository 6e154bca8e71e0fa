// The workbench by drag: what each group says to a move comes from the same page that “Move” leads to, and dropping presses its button.
(() => {
  const bench = document.querySelector("[data-bench]");
  if (!bench) return;
  const say = document.querySelector("[data-say]");
  const url = (person) => `${location.pathname}?move=${person.dataset.person}`;
  let dragged = null; // the person in hand
  let answer = null; // the page on which they are chosen, as it comes
  let seen = null; // the same, once it is there
  const batch = (event) => event.target.closest(".batch");
  const home = (event) => dragged && batch(event) !== dragged.closest(".batch");
  for (const person of bench.querySelectorAll("[data-person]:not([data-locked])")) person.draggable = true;

  const show = (page) => {
    if (!dragged) return;
    seen = page;
    for (const group of bench.querySelectorAll(".batch")) {
      const [old, fresh] = [group, page.getElementById(group.id)].map((one) => one?.querySelector(".effect"));
      if (old && fresh) old.replaceWith(document.importNode(fresh, true));
    }
  };
  // Over a person it is an exchange: the group's box says what that would do, until the hand is elsewhere.
  const mark = (group, person) => {
    for (const one of bench.querySelectorAll("[data-over]")) if (one !== group && one !== person) delete one.dataset.over;
    for (const one of [group, person]) if (one) one.dataset.over = "";
    const box = group?.querySelector(".effect p");
    const told = person && seen?.getElementById(person.id)?.querySelector("[data-swap]");
    const plain = group && seen?.getElementById(group.id)?.querySelector(".effect p");
    if (box && plain) box.textContent = told ? `${person.querySelector("p").textContent} ⇄ ${told.textContent}` : plain.textContent;
  };
  const press = (page, selector) => {
    const button = page.querySelector(selector);
    if (!button) return false;
    const form = document.importNode(page.getElementById("bench-form"), true);
    document.getElementById("bench-form").replaceWith(form);
    const pressed = form.appendChild(document.importNode(button, true));
    form.requestSubmit(pressed);
    return true;
  };

  bench.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-person]");
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", dragged.querySelector("p").textContent);
    event.dataTransfer.effectAllowed = "move";
    setTimeout(() => dragged?.setAttribute("data-moving", ""));
    say.textContent = say.dataset.picked;
    answer = fetch(url(dragged)).then((page) => page.text()).then((text) => new DOMParser().parseFromString(text, "text/html"));
    answer.then(show).catch(() => {});
  });
  bench.addEventListener("dragover", (event) => {
    if (!home(event)) return;
    event.preventDefault();
    mark(batch(event), event.target.closest("[data-person]"));
  });
  bench.addEventListener("drop", (event) => {
    if (!home(event) || !batch(event)) return;
    event.preventDefault();
    const [person, group] = [dragged, batch(event).id.replace("group-", "")];
    const other = event.target.closest("[data-person]")?.dataset.person;
    const there = url(person);
    answer
      .then((page) => {
        const done = press(page, other ? `[name=swapped][value="${other}"]` : `.effect [name=to][value="${group}"]`);
        if (!done) location.assign(there); // the page says why not
      })
      .catch(() => location.assign(there));
  });
  bench.addEventListener("dragend", () => {
    mark(null, null);
    dragged?.removeAttribute("data-moving");
    dragged = seen = null;
  });
  document.addEventListener("keydown", (event) => {
    const back = document.querySelector("[data-put-back]");
    if (event.key === "Escape" && back && !document.querySelector(":popover-open")) location.assign(back.href);
  });
})();
