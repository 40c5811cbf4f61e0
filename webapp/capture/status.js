/** The line under the title that says where the work is: on this phone, on the server, or in need of the person. */

import { announce, el } from "./elements.js";
import { signInAddress } from "./api.js";
import { _, fill } from "./words.js";

/** The most urgent first: the line shows the first state that any part of the page is in. */
const STATES = ["conflict", "unsafe", "signed_out", "refused", "offline", "sending", "typing", "kept", "saved"];
const CALM = new Set(["saved", "kept", "typing", "sending"]);

export class Status {
  constructor() {
    this.parts = new Map();
    this.shown = "";
    this.element = el("p", { class: "state", test: "saved-state" });
  }

  /** Tells where one part of the work is; null when the part has nothing to say. */
  set(part, state, message = "") {
    if (state) this.parts.set(part, { state, message });
    else this.parts.delete(part);
    this.draw();
  }

  draw() {
    const worst = [...this.parts.values()].sort((one, other) => STATES.indexOf(one.state) - STATES.indexOf(other.state))[0];
    if (!worst) return;
    const words = worst.message ? fill(_("{reason} Kept on this phone."), { reason: worst.message }) : wordsFor(worst.state);
    if (words === this.element.textContent && worst.state === this.shown) return;
    // Ordinary saving is not read aloud: it would interrupt at every pause.
    if (!CALM.has(worst.state) || !CALM.has(this.shown || "saved")) announce(words);
    this.shown = worst.state;
    this.element.dataset.state = worst.state;
    this.element.replaceChildren(el("span", {}, words));
    if (worst.state === "signed_out") this.element.append(" ", el("a", { href: signInAddress(), test: "sign-in" }, _("Sign in")));
  }
}

function wordsFor(state) {
  switch (state) {
    case "conflict": return _("Two versions – please choose one");
    case "unsafe": return _("This phone cannot keep a copy. Leave the page open until it says Saved.");
    case "signed_out": return _("Signed out – kept on this phone.");
    case "refused": return _("Not saved on the server – kept on this phone");
    case "offline": return navigator.onLine ? _("No answer – kept on this phone") : _("No network – kept on this phone");
    case "sending": return _("Sending – keep this page open");
    case "typing": return _("Saving …");
    case "kept": return _("Saved on this phone");
    default: return _("Saved");
  }
}
