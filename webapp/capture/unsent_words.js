/** Says what a thing is that waits on this phone, and where it is on its way. */

import { _, fill, moment, sizes } from "./words.js";

/** What it is: "Recording", "Text", the name of a file. */
export function whatWords(row) {
  switch (row.what) {
    case "recording": return row.kind === "video" ? _("Video") : _("Recording");
    case "photo": return _("Photo");
    case "evidence": return fill(_("Evidence: {file}"), { file: row.filename });
    case "hand-in": return _("Handing in");
    default: return _("Text");
  }
}

export function whereWords(row) {
  if (row.what === "hand-in") return handInWords({ ...row, pressed_at: row.at });
  switch (row.state) {
    case "recording": return _("Was not stopped. Open it to listen and decide.");
    case "review": return _("Waits for your decision. Open it to listen and decide.");
    case "kept": return _("Kept on this phone. It is saved on the server when the network is back.");
    case "sending": return row.size ? fill(_("Sending: {sizes}"), { sizes: sizes(row.sent, row.size) }) : _("Sending");
    case "offline": return navigator.onLine ? _("The server does not answer. It goes on by itself.") : _("Waits for the network and goes on by itself.");
    case "signed_out": return _("Waits until you sign in.");
    case "processing": return _("Has arrived, is being prepared");
    case "refused": return row.message || _("The server could not use it.");
    default: return _("Waits to be sent");
  }
}

/** Where a hand-in is that was pressed: {state, message, pressed_at}. */
export function handInWords({ state, message, pressed_at: at }) {
  const time = { time: moment(at) };
  switch (state) {
    case "sending": return _("Being handed in …");
    case "preparing": return fill(_("It is handed in as soon as the server has prepared your files. The time you pressed counts: {time}."), time);
    case "signed_out": return fill(_("It is handed in when you have signed in. The time you pressed counts: {time}."), time);
    case "refused": return message || _("It could not be handed in.");
    case "done": return _("Handed in");
    case "waiting": return fill(_("It is being handed in. The time you pressed counts: {time}."), time);
    default: return fill(_("Will be handed in when the network is back. The time you pressed counts: {time}."), time);
  }
}
