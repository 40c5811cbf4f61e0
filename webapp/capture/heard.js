/** What a machine has heard so far of a take, small and quiet below it; nothing where there is no network. */

import { heardOf } from "./api.js";
import { el } from "./elements.js";
import { _ } from "./words.js";

const ASK_MS = 3000;
/** So many of the newest words fit under a recorder without moving anything else. */
const NEWEST = 24;

export class HeardSoFar {
  /** Follows a take on a screen; `newest` shows the last words only. Whoever shows it closes it. */
  constructor(screen, id, { newest = false } = {}) {
    Object.assign(this, { screen, id, newest, isAsking: false });
    this.words = el("p", { class: "heard-words", lang: screen.reflection.language ?? "", test: "heard" });
    this.element = el("section", { class: "heard", hidden: true, "aria-live": "off" }, el("h3", { class: "muted" }, _("What is heard so far (written by a machine)")), this.words);
    this.timer = setInterval(() => this.ask(), ASK_MS);
    this.ask();
  }

  async ask() {
    if (this.isAsking || document.hidden || !navigator.onLine) return;
    this.isAsking = true;
    try {
      const item = await this.screen.store.item(this.id);
      // Before its first bytes arrived the server knows nothing of it.
      if (item?.segments.some(({ address }) => address)) this.show(await heardOf(this.id), item);
    } catch {
      // Nobody needs these words to go on.
    }
    this.isAsking = false;
  }

  show({ text, is_all: isAll }, item) {
    const words = this.newest ? newest(text, NEWEST) : text;
    if (this.words.textContent !== words) this.words.textContent = words;
    this.element.hidden = !words;
    if (isAll && item.segments.every(({ sent }) => sent)) this.close();
  }

  close() {
    clearInterval(this.timer);
  }
}

/** The last words of a text, with a sign that there were others before. */
export function newest(text, count) {
  const words = text.split(" ");
  return words.length > count ? `… ${words.slice(-count).join(" ")}` : text;
}
