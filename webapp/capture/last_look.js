/** The first screen as its person saw it last, to be there before the phone's store is read; signing in or out removes it. */

const LOOK = "cim.capture.look";
/** Another version may have drawn otherwise. */
const VERSION = import.meta.url;

/** The lists of the home screen in the language of the person; null where this phone does not know them. */
export function lastLook({ id, language }) {
  try {
    const look = JSON.parse(localStorage.getItem(LOOK));
    return look?.owner === id && look.language === language && look.version === VERSION ? look.lists : null;
  } catch {
    return null;
  }
}

/** Keeps what is drawn; where the phone is full, the next visit waits for the store instead. */
export function rememberLook({ id, language }, lists) {
  try {
    localStorage.setItem(LOOK, JSON.stringify({ owner: id, language, version: VERSION, lists }));
  } catch {
    forgetLook();
  }
}

export function forgetLook() {
  try {
    localStorage.removeItem(LOOK);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
