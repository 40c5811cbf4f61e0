/** Finds out who is here and loads what they came for, also without a network and before a slow one has answered. */

import * as api from "./api.js";
import { el } from "./elements.js";
import { say, status } from "./frame.js";
import { forget, forgetQuickly, kept, NAME, remember, remembered, rememberQuickly } from "./last_person.js";
import { isAtWork } from "./worker.js";
import { _ } from "./words.js";

const RETRY_MS = 20_000;
const SIGNING_OUT_MS = 1500;
/** So long a page waits for the server's newest; then it opens with what this phone has, and takes in the rest later. */
const PATIENCE_MS = 300;

const soon = () => new Promise((done) => { setTimeout(done, PATIENCE_MS, null); });

/** The server's list says also who is signed in: one question, asked once, for both. */
let asked = null;
const askOnce = () => (asked ??= api.work());

/**
 * Returns {person}: the last one on this phone, or who is signed in (then `isSure`); otherwise {problem}, which says what
 * to do once the words are loaded.
 */
export async function whoIsHere() {
  const last = remembered();
  if (last) return { person: last };
  const asking = askOnce();
  asking.catch(() => {});
  const survivor = await kept();
  if (survivor) {
    // Only there: somebody may just be signing out in another window.
    rememberQuickly(survivor);
    return { person: survivor };
  }
  try {
    const { person } = await asking;
    remember(person);
    return { person, isSure: true };
  } catch (reason) {
    if (reason instanceof api.Unreachable) return { problem: sayNoNetwork };
    if (!(reason instanceof api.SignedOut)) throw reason;
    return { problem: saySignIn };
  }
}

/**
 * Asks the disk and the server whether they know this person too; when somebody else is signed in, the page opens anew for
 * them. Whoever has begun to work meanwhile is not interrupted: another language waits for the next visit.
 */
export async function checkPerson(person, leave) {
  const last = await kept();
  if (last !== undefined && last?.id !== person.id) {
    forgetQuickly();
    return location.reload();
  }
  try {
    const { person: now } = await askOnce();
    if (last === undefined || now.id !== person.id || now.language !== person.language) await remember(now);
    if (now.id === person.id && (now.language === person.language || isAtWork())) return undefined;
    return isAtWork() ? leave(saySignIn) : location.reload();
  } catch (reason) {
    if (!(reason instanceof api.SignedOut)) return undefined;
    forget();
    return leave(saySignIn);
  }
}

/** The server's list for a person of whom this phone has nothing; null without an answer. */
export const firstWork = (owner) => askOnce().then(({ person, reflections }) => (person.id === owner ? reflections : null), () => null);

/**
 * When somebody signs out or in elsewhere in this browser, this page shows nothing more of the one who was here: not in
 * another window, and not to whoever goes back to it. What is written is kept; a recording runs to its end first.
 */
export function watchPerson(person) {
  const look = () => {
    const isBusy = document.body.classList.contains("is-recording") || status.shown === "unsafe";
    if (remembered()?.id === person.id || isBusy) return;
    document.body.hidden = true;
    // The phone forgets before the server does, which this page would ask too early.
    setTimeout(() => location.reload(), SIGNING_OUT_MS);
  };
  addEventListener("storage", ({ key }) => [NAME, null].includes(key) && look());
  addEventListener("pageshow", ({ persisted }) => persisted && look());
}

/**
 * The list of what is open, waits or may be begun: as `seen` last, and what the server says to `later` if that is news.
 * Without `later` the server gets a moment to answer first.
 */
export async function loadWork(store, seen, later = null) {
  const asking = askForWork(store);
  if (!seen.length) return (await asking) || seen;
  if (!later) return (await Promise.race([asking, soon()])) || seen;
  asking.then((list) => list && !isSame(list, seen) && later(list));
  return seen;
}

const isSame = (list, seen) => {
  const text = (reflections) => JSON.stringify(reflections.toSorted((one, other) => one.id.localeCompare(other.id)));
  return text(list) === text(seen);
};

/** The server's list, kept for later; false without an answer. */
async function askForWork(store) {
  try {
    const work = await askOnce();
    if (work.person.id !== store.owner) return false;
    // Nobody waits for the phone's disk to see the list; without room there it is asked for again the next time.
    Promise.all([store.putReflections(work.reflections), store.putFact("limits", work.limits), store.putFact("answered", Date.now())]).catch(() => {});
    return work.reflections;
  } catch (reason) {
    if (reason instanceof api.Unreachable || reason instanceof api.Refused) return false;
    throw reason;
  }
}

/** The reflection from the server, or as this phone last saw it (`fromPhone`); null after saying why there is none. */
export async function loadReflection(id, store) {
  const seen = await store.reflection(id).catch(() => null);
  const asking = fresh(id, store);
  try {
    const answer = await (seen ? Promise.race([asking, soon()]) : asking);
    if (answer) return answer;
    asking.catch(() => {});
    return { ...seen, fromPhone: true };
  } catch (reason) {
    if (seen && reason instanceof api.Unreachable) return { ...seen, fromPhone: true };
    if (reason instanceof api.Unreachable) {
      retryWhenBack();
      say(_("No network"), _("This reflection was never opened on this phone before. The page tries again when the network is back."));
      return null;
    }
    if (reason instanceof api.SignedOut && seen) return seen;
    if (!(reason instanceof api.Refused)) throw reason;
    say(_("Not found"), reason.message || _("There is no such reflection among yours."),
      el("a", { class: "button", href: "/capture/" }, _("All reflections")));
    return null;
  }
}

/** Asks the server; one that is not begun yet it knows only from its list. */
async function fresh(id, store) {
  try {
    const reflection = await api.reflection(id);
    if (reflection.owner !== store.owner) throw new api.Refused(404, "not_found", "");
    await store.putReflection(reflection).catch(() => {});
    return reflection;
  } catch (reason) {
    if (!(reason instanceof api.Refused) || reason.status !== 404) throw reason;
    const listed = (await askForWork(store)) || [];
    const unbegun = listed.find((one) => one.id === id && one.begun === false);
    if (unbegun) return unbegun;
    throw reason;
  }
}

function sayNoNetwork() {
  retryWhenBack();
  say(_("No network"), _("Nobody is signed in on this phone. Please sign in when the network is back: what you have written or recorded here is kept and waits for you."), signInLink());
}

function saySignIn() {
  say(_("Please sign in"), _("What you have written or recorded on this phone is kept and waits for you."), signInLink());
}

const signInLink = () => el("a", { class: "button primary", href: api.signInAddress(), test: "sign-in" }, _("Sign in"));

function retryWhenBack() {
  addEventListener("online", () => location.reload(), { once: true });
  setTimeout(() => location.reload(), RETRY_MS);
}
