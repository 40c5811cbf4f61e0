/** The service worker: the shell without a network, and what waits on this phone brought to the server in background. */

import "/capture/VERSION/shell_worker.js";
import { flush } from "/capture/VERSION/sync.js";

const SYNC_TAG = "cim-outbox";

self.shellVersion = "VERSION";

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(flush());
});
