/** The service worker: the shell without a network, and what waits on this phone brought to the server in background. */

import "/capture/VERSION/shell_worker.js";
import { flush } from "/capture/VERSION/sync.js";

const SYNC_TAG = "cim-outbox";
const ICON = "/static/icon-192.png";

self.shellVersion = "VERSION";

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(flush());
});

self.addEventListener("push", (event) => {
  const { body, path } = event.data.json();
  event.waitUntil(self.registration.showNotification("CIM", { body, tag: path, data: path, icon: ICON, badge: ICON }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
