// A form that is looked at while it is written: what is typed is sent to a frame beside it, a moment after the last key, and saved nowhere.
const panel = document.querySelector("[data-look]");
if (panel) {
  const form = document.getElementById(panel.dataset.look);
  const ways = [...panel.querySelectorAll("button[formtarget]")];
  let way = null;
  let waiting;
  for (const button of ways) {
    button.addEventListener("click", () => {
      way = button;
      panel.dataset.as = button.dataset.as;
      for (const other of ways) other.setAttribute("aria-pressed", other === button);
    });
  }
  for (const opener of document.querySelectorAll("[data-opens-look]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      panel.showPopover();
      ways[0].click();
    });
  }
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "closed") way = null;
  });
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => way && form.requestSubmit(way), 700);
  });
}
