/** Finds out who is here and loads what they came for, also without a network. */

import * as api from "./api.js";
import { el } from "./elements.js";
import { say } from "./frame.js";
import { _ } from "./words.js";

/** Remembers who used this phone last; the sign-out page removes it, so that nobody else starts without a network. */
const LAST_PERSON = "cim.capture.person";
const RETRY_MS = 20_000;

/**
 * Returns {person}: who is signed in, or without a network the last one on this phone; otherwise {problem}, which says
 * what to do once the words are loaded.
 */
export async function whoIsHere() {
  try {
    const person = await api.me();
    localStorage.setItem(LAST_PERSON, JSON.stringify(person));
    return { person };
  } catch (reason) {
    if (reason instanceof api.Unreachable) {
      const last = localStorage.getItem(LAST_PERSON);
      if (last) return { person: JSON.parse(last) };
      return { problem: sayNoNetwork };
    }
    localStorage.removeItem(LAST_PERSON);
    if (!(reason instanceof api.SignedOut)) throw reason;
    return { problem: saySignIn };
  }
}

/** The reflection from the server, or as this phone last saw it; null after saying why there is none. */
export async function loadReflection(id, store) {
  try {
    const reflection = await api.reflection(id);
    if (reflection.owner !== store.owner) throw new api.Refused(404, "not_found", "");
    await store.putReflection(reflection).catch(() => {});
    return reflection;
  } catch (reason) {
    if (reason instanceof api.Unreachable) {
      const seen = await store.reflection(id);
      if (seen) return { ...seen, fromPhone: true };
      retryWhenBack();
      say(_("No network"), _("This reflection was never opened on this phone before. The page tries again when the network is back."));
      return null;
    }
    if (!(reason instanceof api.Refused)) throw reason;
    say(_("Not found"), reason.message || _("There is no such reflection among yours."));
    return null;
  }
}

function sayNoNetwork() {
  retryWhenBack();
  say(_("No network"), _("This page could not be loaded. It tries again when the network is back."));
}

function saySignIn() {
  say(_("Please sign in"), _("What you have written or recorded on this phone is kept and waits for you."),
    el("a", { class: "button primary", href: api.signInAddress(), test: "sign-in" }, _("Sign in")));
}

function retryWhenBack() {
  addEventListener("online", () => location.reload(), { once: true });
  setTimeout(() => location.reload(), RETRY_MS);
}
