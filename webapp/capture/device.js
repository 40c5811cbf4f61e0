/** Opens the microphone and camera, says in words why that did not work, and remembers which microphone was chosen. */

import { el } from "./elements.js";
import { _ } from "./words.js";

const CHOSEN = "cim-microphone";

/** The microphone or camera cannot be used; `code` is one of unsupported, denied, missing, busy. */
export class DeviceTrouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const CODES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };

/** Opens microphone (and camera, "user" or "environment"); a fresh stream for every recording, which iOS needs. */
export async function openStream(kind, facing = "user") {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new DeviceTrouble("unsupported");
  const chosen = chosenMicrophone();
  // A wish, not a demand: a headset that is not there today must not stand in the way of recording.
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(chosen ? { deviceId: { ideal: chosen } } : {}) };
  const video = { facingMode: facing, width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 1280 }, frameRate: { ideal: 30, max: 30 } };
  try {
    return await navigator.mediaDevices.getUserMedia(kind === "video" ? { audio, video } : { audio });
  } catch (reason) {
    throw new DeviceTrouble(CODES[reason.name] ?? "busy");
  }
}

export const closeStream = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** What is wrong with the microphone or camera, or with keeping the recording, and what to do about it. */
export function troubleWords(reason) {
  const words = {
    denied: [_("This page may not use the microphone or camera."), _("Allow it in the settings of the browser (the sign beside the address), then try again. Or choose a file below.")],
    missing: [_("No microphone or camera was found."), _("Connect one and try again. Or choose a file below.")],
    unsupported: [_("This browser cannot record here."), _("Record with the phone's own app and choose the file below.")],
    busy: [_("The microphone or camera did not start."), _("Another app or a call may be using it. Close it and try again. Or choose a file below.")],
    full: [_("There is no space left on this phone."), _("Remove films, photos or apps that you do not need, then try again.")],
  };
  const [what, help] = words[reason.name === "QuotaExceededError" ? "full" : reason.code] ?? words.busy;
  return [el("p", { class: "notice bad" }, el("strong", {}, what), " ", help)];
}

/** The microphones of this device; none before the person has allowed their use, because they have no names until then. */
export async function microphones() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  // Chrome lists the system's choice a second time under these ids.
  return devices.filter((one) => one.kind === "audioinput" && one.label && one.deviceId !== "default" && one.deviceId !== "communications");
}

export function chosenMicrophone() {
  try {
    return localStorage.getItem(CHOSEN) ?? "";
  } catch {
    return "";
  }
}

/** Remembers the choice on this phone; "" is what the system chooses. */
export function rememberMicrophone(id) {
  try {
    if (id) localStorage.setItem(CHOSEN, id);
    else localStorage.removeItem(CHOSEN);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** A choice between the microphones, which shows itself when there are several; `changed()` is called after a choice. */
export function microphoneChoice(changed = () => {}) {
  const select = el("select", { test: "microphone", "aria-label": _("Microphone"), onchange: () => { rememberMicrophone(select.value); changed(); } });
  const line = el("div", { class: "microphone", hidden: true }, el("span", { "aria-hidden": "true" }, _("Microphone")), select);
  async function fillIn() {
    const found = await microphones();
    const chosen = chosenMicrophone();
    select.replaceChildren(el("option", { value: "" }, _("The usual one")),
      ...found.map((one) => el("option", { value: one.deviceId, selected: one.deviceId === chosen }, one.label)));
    line.hidden = found.length < 2;
  }
  const changes = new AbortController();
  // A headset that is plugged in or out changes the list as long as it is on the screen.
  navigator.mediaDevices?.addEventListener?.("devicechange", () => (line.isConnected ? fillIn() : changes.abort()), { signal: changes.signal });
  fillIn();
  return { element: line, refresh: fillIn };
}
