// How the words of a transcript are compared, copied and timed: pure, for every part that shows them.
const OWN_LETTERS = { å: "å", ä: "ä", ö: "ö", æ: "ä", ø: "ö" };

// As transcription/finding.py: small letters, no accents but those of å, ä and ö, nothing but letters and digits.
export function fold(text) {
  const letters = Array.from(text.normalize("NFC").toLowerCase(), (letter) =>
    OWN_LETTERS[letter] ?? letter.normalize("NFD").replace(/\p{M}/gu, ""));
  return letters.join("").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

// A copy with changes; frozen, so that Vue need not watch each of twenty thousand words.
export function plain(words, changes = []) {
  const copy = Array.from(words, (word) => ({ ...word }));
  for (const { i, t, j } of changes) Object.assign(copy[i], { t: j ? "" : t, j, u: false });
  return Object.freeze(copy);
}

export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
