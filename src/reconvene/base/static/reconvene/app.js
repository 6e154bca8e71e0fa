// Small helps that the pages work without: print buttons, text kept in this tab until it was sent, names noticed while typing.
(() => {
  const on = (type, act) => document.addEventListener(type, act);

  on("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // Text of a form marked data-keep stays in this tab's storage until the server has it, which data-forget says with the form's name, or until its
  // writer gives it up. It is shown only to who typed it, and only in boxes that hold what they held then: newer words of the server are not undone.
  for (const done of document.querySelectorAll("[data-forget]")) {
    for (const key of Object.keys(sessionStorage)) if (key.endsWith(`:${done.dataset.forget}`)) sessionStorage.removeItem(key);
  }
  const keep = (form) => `keep:${document.body.dataset.reader}:${location.pathname}:${form.dataset.keep}`;
  const boxes = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const kept = JSON.parse(sessionStorage.getItem(keep(form)) || "{}");
    for (const box of boxes(form)) {
      const { was, typed } = kept[box.name] ?? {};
      if (box.value === was) box.value = typed;
    }
    form.addEventListener("input", () => {
      const changed = boxes(form).filter((box) => box.value !== box.defaultValue);
      const words = changed.map((box) => [box.name, { was: box.defaultValue, typed: box.value }]);
      sessionStorage.setItem(keep(form), JSON.stringify(Object.fromEntries(words)));
    });
    for (const link of form.querySelectorAll("[data-gives-up]")) link.addEventListener("click", () => sessionStorage.removeItem(keep(form)));
  }

  // A form that was sent is not sent twice by an impatient second tap.
  on("submit", (event) => {
    const form = event.target;
    if (event.submitter?.formTarget) return; // shows something elsewhere and leaves the form here
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // A capital letter in the middle of a sentence may be a name. Looked at on this device only; the server looks again when it is sent.
  const notNames = new Set(
    ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November " +
      "December English German French Spanish Dutch Italian Polish Europe Germany Excel Outlook Teams Slack Jira Zoom Word Christmas Easter Scrum Kanban").split(" "),
  );
  // In German every noun begins with a capital, which tells nothing; the server looks for names of colleagues anyway.
  const isGerman = (text) => (text.match(/(?<!\p{L})(?:ich|und|nicht|der|das|ist|wir|ein|eine|mit|zu)(?!\p{L})/giu) || []).length > 1;
  const likelyName = (text) => !isGerman(text) &&
    [...text.matchAll(/[\p{Ll},;] (\p{Lu}\p{Ll}{2,})(?![\p{L}-])/gu)].map((found) => found[1]).find((word) => !notNames.has(word));
  for (const hint of document.querySelectorAll("[data-names-of]")) {
    const box = document.getElementById(hint.dataset.namesOf);
    const look = () => {
      const name = likelyName(box.value);
      hint.hidden = !name;
      if (name) hint.querySelector("b").textContent = `“${name}”`;
    };
    box.addEventListener("input", look);
    look();
  }

  // A screen that waits for something looks again every so many seconds.
  const waiting = document.querySelector("[data-look-again]");
  if (waiting) setTimeout(() => location.reload(), 1000 * waiting.dataset.lookAgain);

  // An error summary takes the focus, so that it is read out.
  document.querySelector("[data-focus]")?.focus();
})();
