/** What a window says when another one has the reflection, and how it lets go of it. */

import { button } from "./elements.js";
import { say } from "./frame.js";
import { askForReflection } from "./tabs.js";
import { tellWork } from "./worker.js";
import { _ } from "./words.js";

export function sayElsewhere(id) {
  const here = button(_("Go on here"), { class: "button primary", test: "go-on-here", onclick: async () => {
    if (await askForReflection(id)) location.reload();
    else say(_("The other window is busy"), _("A recording may be running there. Stop it or close that window, then load this page again."));
  } });
  say(_("Open in another window"), _("You are working on this reflection in another window. Everything there is saved when you go on here."), here);
}

export async function leaveToOtherWindow({ draft, live }) {
  if (live.size) return false;
  await draft?.keep();
  draft?.close();
  tellWork(false);
  say(_("Moved to another window"), _("You went on with this reflection in another window. You can close this one."));
  return true;
}
