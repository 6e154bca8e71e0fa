// A draft that is taken along: the link to the mail program follows what is changed in the box, and a button copies it. Nothing is sent anywhere.
for (const letter of document.querySelectorAll("[data-letter]")) {
  const box = document.getElementById(letter.dataset.letter);
  box.addEventListener("input", () => {
    letter.href = `mailto:?subject=${encodeURIComponent(letter.dataset.subject)}&body=${encodeURIComponent(box.value.replaceAll("\n", "\r\n"))}`;
  });
}
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copies);
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand("copy"); // without a secure address
    }
    const said = document.querySelector("[data-copied]");
    said.textContent = said.dataset.words;
  });
}
