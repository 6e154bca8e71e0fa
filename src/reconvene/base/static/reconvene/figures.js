// Figures of a business case while they are typed. The server works them out and says what cannot be taken; here its answer is marked at the boxes,
// and said to a screen reader once, when typing has rested and when there is something else to say than before.
(() => {
  const form = document.querySelector("[data-figures]");
  if (!form) return;
  const RESTED = 1200; // ms
  const [state, away, said] = ["preview-state", "preview-away", "preview-said"].map((id) => document.getElementById(id));
  let waiting;
  let isTyped = false;
  form.addEventListener("input", () => {
    isTyped = true;
    clearTimeout(waiting);
  });

  const mark = (box) => {
    const isWrong = box.getAttribute("aria-describedby").split(" ").some((id) => document.getElementById(id)?.querySelector(".error"));
    box.closest(".field").toggleAttribute("data-error", isWrong);
    if (isWrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  };
  document.addEventListener("htmx:afterSettle", () => {
    for (const box of form.querySelectorAll("input[aria-describedby]")) mark(box);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const words = state.querySelector("[data-says]")?.dataset.says ?? "";
      if (isTyped && said.textContent !== words) said.textContent = words;
    }, RESTED);
  });

  // An answer that is not ours is the page for signing in.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const isOurs = !event.detail.isError && new URL(event.detail.xhr.responseURL).pathname === form.getAttribute("hx-post");
    event.detail.shouldSwap = isOurs;
    away.hidden = isOurs;
  });
  document.addEventListener("htmx:sendError", () => {
    away.hidden = false;
  });

  // A browser that comes back to this page may have kept what was typed.
  addEventListener("pageshow", () => {
    if ([...form.querySelectorAll("input.input")].some((box) => box.value !== box.defaultValue)) htmx.trigger(form, "input");
  });
})();
