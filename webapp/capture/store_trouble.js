/** Says why this device keeps nothing, and what to do about it. */

import { _ } from "./words.js";

export const keepsNothing = ({ name }) => (name === "QuotaExceededError"
  ? _("There is no space left on this phone. Remove films, photos or apps that you do not need, then try again.")
  : _("The browser does not let the page keep anything on this device. In a private window that is so; please use an ordinary one."));
