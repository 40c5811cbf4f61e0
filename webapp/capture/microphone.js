/** "Test the sound": records three seconds, plays them back, and says in words whether one can be heard. */

import { announce, button, el } from "./elements.js";
import { closeStream, microphoneChoice, openStream, troubleWords } from "./device.js";
import { CLIPPED, Ear, SILENT } from "./level.js";
import { Player } from "./player.js";
import { containerFor } from "./segments.js";
import { _, plural } from "./words.js";

const TEST_MS = 3000;
const STEP_MS = 100;
/** Speech whose loud parts stay below this is hard to understand, for people and for the transcript. */
const QUIET = 0.025;
/** The share of the test that may touch the top: the phone's own volume control overshoots now and then. */
const CLIPPED_SHARE = 0.16;

/** Judges what was heard, given {loud, peak} ten times a second: nothing, loud, quiet or good. */
export function verdict(heard) {
  const loud = heard.map((one) => one.loud).sort((one, other) => one - other);
  const speech = loud[Math.floor(loud.length * 0.85)] ?? 0;
  if (speech < SILENT) return "nothing";
  if (heard.filter((one) => one.peak > CLIPPED).length > heard.length * CLIPPED_SHARE) return "loud";
  return speech < QUIET ? "quiet" : "good";
}

function wordsOf(judged) {
  switch (judged) {
    case "nothing": return _("Nothing was heard. Is the microphone covered, turned off, or another one?");
    case "loud": return _("Too loud: the sound is cut off at the top. Move a little away from the microphone.");
    case "quiet": return _("Too quiet. Come closer to the microphone, or speak up.");
    default: return _("Good. You can be heard well.");
  }
}

/** The panel of the test; it begins at once. `back()` leads to where the person came from. */
export function soundTest(screen, { back }) {
  const said = el("p", { class: "said is-live", test: "sound-state" });
  const result = el("p", { class: "notice", role: "status", test: "sound-verdict", hidden: true });
  const meter = levelMeter();
  const heardAgain = el("div", { class: "sound-again" });
  const again = button(_("Test again"), { class: "button", test: "test-again", disabled: true, onclick: () => run() });
  const choice = microphoneChoice(() => run());
  let player = null;
  let running = null;
  const leave = () => { running?.abort(); player?.close(); };
  const panel = el("section", { class: "card stage", test: "sound-test" },
    el("h2", {}, _("Test the sound")), said, meter.element, result, heardAgain, choice.element,
    el("div", { class: "stack" },
      button(_("Back to the recorder"), { class: "button primary", test: "sound-back", onclick: back }),
      again));

  async function run() {
    leave();
    running = new AbortController();
    const { signal } = running;
    again.disabled = true;
    result.hidden = true;
    heardAgain.replaceChildren();
    said.textContent = _("Say a sentence now");
    said.hidden = false;
    try {
      const { blob, heard } = await record(meter, signal, (seconds) => { said.textContent = plural(seconds, _("Say a sentence now: {count} second"), _("Say a sentence now: {count} seconds")); });
      if (signal.aborted) return;
      const judged = verdict(heard);
      result.dataset.verdict = judged;
      result.textContent = wordsOf(judged);
      result.classList.toggle("is-good", judged === "good");
      player = new Player({ kind: "audio", parts: [{ source: blob, seconds: TEST_MS / 1000, peaks: heard.map((one) => one.height) }], label: _("What was heard") });
      heardAgain.replaceChildren(player.element);
      player.addEventListener("ready", () => player.play(), { once: true });
    } catch (reason) {
      heardAgain.replaceChildren(...troubleWords(reason));
    }
    said.hidden = true;
    result.hidden = !result.textContent;
    again.disabled = false;
    choice.refresh();
  }

  screen.show(panel, { leave, isTall: true });
  announce(_("Say a sentence now"));
  return run();
}

async function record(meter, signal, tell) {
  const stream = await openStream("audio");
  const ear = new Ear(stream);
  const mime = containerFor("audio");
  const recorder = new MediaRecorder(stream, mime ? { mimeType: mime } : {});
  const slices = [];
  const heard = [];
  recorder.ondataavailable = ({ data }) => slices.push(data);
  const stopped = new Promise((done) => { recorder.onstop = done; });
  const started = performance.now();
  recorder.start();
  const timer = setInterval(() => {
    const now = ear.hear();
    heard.push(now);
    meter.set(now);
    tell(Math.max(1, Math.ceil((TEST_MS - (performance.now() - started)) / 1000)));
    if ((performance.now() - started >= TEST_MS || signal.aborted) && recorder.state !== "inactive") recorder.stop();
  }, STEP_MS);
  await stopped;
  clearInterval(timer);
  meter.set({ height: 0, peak: 0 });
  ear.close();
  // Phones play through the earpiece, and quietly, as long as the microphone is open.
  closeStream(stream);
  return { blob: new Blob(slices, { type: recorder.mimeType }), heard };
}

/** A bar that jumps with the sound: {element, set({height, peak})}. */
export function levelMeter() {
  const element = el("div", { class: "loudness", "aria-hidden": "true" }, el("i", {}));
  return {
    element,
    set({ height, peak }) {
      element.style.setProperty("--loud", String(Math.round(height * 100) / 100));
      element.classList.toggle("is-clipped", peak > CLIPPED);
    },
  };
}
