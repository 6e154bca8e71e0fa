// A long form is narrowed to the rows that hold what is typed. Rows that are out of sight keep what is in them and are sent like the others.
const box = document.querySelector("[data-sieve]");
const count = document.getElementById(box.getAttribute("aria-describedby"));
const rows = [...document.querySelectorAll("[data-sieved] li")];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (row) => plain([row.querySelector("label").textContent, ...[...row.querySelectorAll(".called input")].map((one) => one.value)].join(" "));
const sift = () => {
  const wanted = plain(box.value).split(/\s+/);
  for (const row of rows) row.hidden = !wanted.every((word) => words(row).includes(word));
  for (const part of document.querySelectorAll("[data-sieved]")) part.hidden = ![...part.querySelectorAll("li")].some((row) => !row.hidden);
  count.textContent = box.value.trim() ? count.dataset.words.replace("0", rows.filter((row) => !row.hidden).length) : "";
};
box.closest(".field").hidden = false;
box.addEventListener("input", sift);
box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault()); // it would send the form
