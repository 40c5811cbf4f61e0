/** Lets only one window at a time work on a reflection, so that two windows cannot write over each other. */

const RELOAD_MS = 1500;
const HANDOVER_MS = 4000;

/**
 * Takes the reflection for this window; false when another one has it. `leaving` is called when another window asks for
 * it: it saves, and answers false when this window cannot leave now (a recording is running).
 */
export async function takeReflection(id, leaving) {
  if (!navigator.locks) return true;
  const name = `cim-reflection-${id}`;
  const release = await lock(name, RELOAD_MS);
  if (!release) return false;
  const channel = new BroadcastChannel(name);
  channel.onmessage = async () => {
    if (!(await leaving())) return;
    channel.close();
    release();
  };
  return true;
}

/** Asks the other window to let go; resolves to whether it did. */
export async function askForReflection(id) {
  const name = `cim-reflection-${id}`;
  const channel = new BroadcastChannel(name);
  channel.postMessage("please leave");
  channel.close();
  const release = await lock(name, HANDOVER_MS);
  release?.();
  return Boolean(release);
}

/** Waits for a lock and returns the function that gives it back; null when it was not free in time. */
function lock(name, wait) {
  return new Promise((done) => {
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(wait) }, () => new Promise((release) => done(release)))
      .catch(() => done(null));
  });
}
