// A menu whose choice goes into a box, where it can be changed. Words of one's own that are there already are kept, and the choice follows them.
document.addEventListener("change", ({ target: menu }) => {
  const box = menu.dataset.fills && document.getElementById(menu.dataset.fills);
  if (!box || !menu.value) return;
  const own = [...menu.options].some((one) => one.value === box.value) ? "" : box.value.trim();
  box.value = own ? `${own}\n${menu.value}` : menu.value;
  menu.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
