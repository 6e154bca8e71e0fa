// Lets messages show on this device: asks its owner, then hands the browser's answer to the form that was pressed.
(() => {
  const form = document.querySelector("form[data-push-key]");
  if (!form) return;
  const show = (name) => {
    for (const one of document.querySelectorAll("[data-push]")) one.hidden = one.dataset.push !== name;
  };
  const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return show(isApple ? "apple" : "cannot");
  show(Notification.permission === "denied" ? "denied" : "can");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if ((await Notification.requestPermission()) !== "granted") return show("denied");
      await navigator.serviceWorker.register(form.dataset.worker);
      const worker = await navigator.serviceWorker.ready;
      // Afresh each time, so that whoever used this browser before us gets nothing here any more.
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.pushKey) });
      form.elements.address.value = made.endpoint;
      form.elements.key.value = base64url(made.getKey("p256dh"));
      form.elements.secret.value = base64url(made.getKey("auth"));
      form.submit();
    } catch {
      show("failed");
    }
  });
})();
