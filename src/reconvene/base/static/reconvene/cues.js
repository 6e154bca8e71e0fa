// A button that puts the choice of a menu into a box, where it can be changed. Words of one's own are kept, and the choice follows them.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fills]");
  if (!button) return;
  const menu = document.getElementById(button.dataset.from);
  const box = document.getElementById(button.dataset.fills);
  const own = [...menu.options].some((one) => one.value === box.value) ? "" : box.value.trim();
  box.value = own ? `${own}\n${menu.value}` : menu.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
