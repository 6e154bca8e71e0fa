// Shows messages while no page of ours is open. Everything it says comes sealed with the message; it keeps nothing.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const message = event.data.json();
  const options = { body: message.body, tag: message.tag, icon: "/static/reconvene/icon-192.png", data: message };
  if (message.pause) options.actions = [{ action: "pause", title: message.pauseLabel }];
  event.waitUntil(self.registration.showNotification(message.title, options));
});

self.addEventListener("notificationclick", (event) => {
  const { title, data } = event.notification;
  event.notification.close();
  event.waitUntil(event.action === "pause" ? pause(title, data) : goTo(data.address));
});

// One tap pauses: the same address and the same request as the button of a mail program (RFC 8058).
async function pause(title, data) {
  const answer = await fetch(data.pause, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) }).catch(() => null);
  if (!answer || !answer.ok) return goTo(data.pause);
  return self.registration.showNotification(data.paused, { body: data.body, tag: data.tag });
}

function goTo(address) {
  return self.clients.openWindow(address);
}
