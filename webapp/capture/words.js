/** Translates the words on the screen; a sentence without a translation stays in English. */

let catalogue = {};
let language = "en";

/**
 * Loads the sentences of one language ("sv", "en"); where they are missing the page speaks English. Those of the first
 * screen came with its script: with `first` they are enough, and nothing is asked for.
 */
export async function loadWords(code, { first = false } = {}) {
  language = code || "en";
  catalogue = globalThis.cimFirstWords?.[language] ?? {};
  const hasSome = () => Object.keys(catalogue).length > 0;
  if (language !== "en" && !(first && hasSome())) {
    try {
      const answer = await fetch(new URL(`words.${language}.json`, import.meta.url), { signal: AbortSignal.timeout(5000) });
      if (answer.ok) catalogue = await answer.json();
    } catch {
      // Without a catalogue the sentences are English, and then so are numbers, dates and the page's language.
    }
    if (!hasSome()) language = "en";
  }
  // The service worker has no document.
  if (globalThis.document) document.documentElement.lang = language;
}

export const _ = (english) => catalogue[english] || english;

/** Puts values into the {places} of a sentence. */
export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));

/** Chooses between the (translated) sentence for one and for many; {count} is the number. */
export const plural = (count, one, many) => fill(count === 1 ? one : many, { count: number(count) });

export const number = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);

/** Writes a length in seconds as on a clock: 2:31. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Writes a moment (milliseconds) as "14:05", with the date when it was not today. */
export function moment(at) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(locale(), style).format(when);
}

const locale = () => (language === "en" ? "en-GB" : language);

/** Writes several names as a choice: "Write, Podcast or Posts". */
export const listed = (names) => new Intl.ListFormat(locale(), { type: "disjunction" }).format(names);

/** Writes a day ("2027-05-03") as "3 May 2027". */
export const day = (date) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

/** Writes a moment with its date and seconds, as receipts need it. */
export const exactly = (at) => new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "medium" }).format(new Date(at));

/** Writes a size in bytes: "12 MB". */
export function size(bytes) {
  if (bytes >= 1e9) return fill(_("{count} GB"), { count: number(bytes / 1e9) });
  if (bytes >= 1e6) return fill(_("{count} MB"), { count: number(Math.round(bytes / 1e6)) });
  return fill(_("{count} KB"), { count: number(Math.ceil(bytes / 1000)) });
}

/** Writes how much of a file has been sent: "312 of 980 KB". */
export function sizes(sent, size) {
  const large = size >= 10_000_000;
  const unit = large ? 1_000_000 : 1000;
  const values = { sent: number(Math.round(sent / unit)), size: number(Math.max(1, Math.round(size / unit))) };
  return fill(large ? _("{sent} of {size} MB") : _("{sent} of {size} KB"), values);
}
