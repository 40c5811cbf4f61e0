/** Handing in: a last look at what it is and what it means, one press, and what became of it. */

import { formatName } from "./chooser.js";
import { announce, button, el, icon } from "./elements.js";
import { looked } from "./hand_in_checks.js";
import { handInWords } from "./unsent_words.js";
import { _, fill, moment } from "./words.js";

const SIGNS = { fine: "check", advice: "think", missing: "close" };
const FIRST_LETTERS = 400;

/** The last look; `press(take)` hands in. */
export async function handInScreen(work, format, { back, press }) {
  const { take, checks } = await looked(work, format);
  const isReady = !checks.some(({ kind }) => kind === "missing");
  return el("section", { class: "screen hand-in", test: "hand-in-screen" },
    el("h2", {}, _("Review and hand in")),
    el("div", { class: "card stack-wide" },
      el("h3", {}, fill(_("{title}: {format}"), { title: work.reflection.title, format: formatName(format.kind) })),
      el("ul", { class: "checks" }, checks.map(({ kind, words }) => el("li", { class: `check ${kind}` }, icon(SIGNS[kind]), el("span", {}, spoken(kind), words)))),
      excerpt(work.draft.values)),
    el("div", { class: "card stack-wide" },
      el("h3", {}, _("What it means")),
      el("ul", { class: "meaning" },
        el("li", {}, work.reflection.receipt ? _("Until now only you can see this version; those you handed in before stay as they are.") : _("Until now only you can see it.")),
        el("li", {}, _("From the moment you hand in, it is a public document of the institution, and assessors of your programme read it.")),
        el("li", {}, _("This version cannot be changed afterwards. Where the rules allow it, you can take it back until an assessor begins to read.")))),
    isReady ? pressPart(take, press) : el("p", { class: "notice bad", test: "not-ready" }, _("It cannot be handed in yet: see what is marked above.")),
    button(_("Back to the work"), { class: "button quiet wide", test: "back-to-work", onclick: back }));
}

/** The signs have colours and shapes; these words are for those who listen. */
function spoken(kind) {
  const words = kind === "missing" ? _("Missing:") : kind === "advice" ? _("To consider:") : "";
  return words ? el("span", { class: "for-ears" }, `${words} `) : null;
}

function pressPart(take, press) {
  const network = el("p", { class: "notice", role: "status", hidden: navigator.onLine }, _("There is no network now. You can hand in all the same: the time you press counts."));
  const trouble = el("p", { class: "notice bad", role: "alert", hidden: true });
  const listening = new AbortController();
  const tell = () => {
    if (!network.isConnected) listening.abort();
    network.hidden = navigator.onLine;
  };
  addEventListener("online", tell, { signal: listening.signal });
  addEventListener("offline", tell, { signal: listening.signal });
  const now = button(_("Hand in"), { class: "button primary wide huge", test: "press-hand-in", onclick: async () => {
    now.disabled = true;
    if (await press(take)) return;
    now.disabled = false;
    trouble.textContent = _("This phone has no room to keep what you hand in. Free some space, and press again.");
    trouble.hidden = false;
  } }, "send");
  return el("div", { class: "press" }, network, trouble, now);
}

function excerpt({ format, text, posts }) {
  const first = format === "posts" ? posts.map(({ caption }) => caption).filter(Boolean).join(" · ") : format === "written" ? text : "";
  if (!first) return null;
  const short = first.length > FIRST_LETTERS ? `${first.slice(0, FIRST_LETTERS)}…` : first;
  return el("blockquote", { class: "excerpt as-typed" }, short);
}

/** After the press: what happens, and undoing it while the server does not have it. */
export function pressedScreen({ outbox, reflection }, news) {
  const isRefused = news.state === "refused";
  const words = handInWords(news);
  announce(words);
  const trouble = el("p", { class: "muted", role: "status" });
  return el("section", { class: "card words-only pressed", test: "pressed" },
    el("span", { class: isRefused ? "done-sign bad" : "done-sign waits" }, icon(isRefused ? "close" : "send")),
    el("h2", {}, isRefused ? _("It was not handed in") : fill(_("You handed in at {time}"), { time: moment(news.pressed_at) })),
    el("p", { class: isRefused ? "notice bad" : "", test: "hand-in-state" }, words),
    isRefused ? null : el("p", { class: "muted" }, _("You can close this page. What you made stays on this phone until the server has it.")),
    button(isRefused ? _("Back to the work") : _("Undo"), { class: "button", test: "undo-hand-in", onclick: async () => {
      const isUndone = await outbox.undoHandIn(reflection.id);
      if (isUndone === null) trouble.textContent = _("It may have reached the server already. Try again when there is a network.");
      else if (!isUndone) trouble.textContent = _("Too late: the server has it already.");
    } }, "undo"),
    trouble,
    el("a", { class: "button quiet", href: "/capture/" }, _("All reflections")));
}

/** Changes the words of a pressed screen that is shown already; false where a new one has to be made. */
export function tellPressed(place, news) {
  const state = place.querySelector("[data-test=hand-in-state]");
  if (!state || news.state === "refused") return false;
  const words = handInWords(news);
  if (state.textContent !== words) {
    state.textContent = words;
    announce(words);
  }
  return true;
}
