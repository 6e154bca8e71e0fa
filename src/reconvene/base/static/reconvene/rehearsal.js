// While a host rehearses, this page lets the practice members play: each time one look at what is due. When it is closed, they rest.
(() => {
  const bar = document.querySelector("[data-plays]");
  if (!bar) return;
  const EVERY = 2000; // ms, which are twenty seconds of the rehearsal
  const token = bar.querySelector("[name=csrfmiddlewaretoken]").value;
  const play = () => {
    fetch(bar.dataset.plays, { method: "POST", headers: { "X-CSRFToken": token } })
      .then((answer) => (answer.ok && !answer.redirected ? setTimeout(play, EVERY) : location.reload())) // it has ended, and the room leads back
      .catch(() => setTimeout(play, EVERY)); // no network: the room says so
  };
  play();
})();
