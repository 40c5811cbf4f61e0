/** Builds elements of the page; text always goes in as text, never as HTML. */

/**
 * Makes an element. Properties: `class`, `test` (the data-test hook), `on…` listeners, names with a hyphen and
 * `role`, `for` as attributes, everything else as a property of the element.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "class") element.className = value;
    else if (name === "test") element.dataset.test = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "for" || name === "capture") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const button = (words, properties, picture) =>
  el("button", { type: "button", ...properties }, picture ? icon(picture) : null, el("span", {}, words));

/** A button that shows only a picture; its words are for assistive technology and the tooltip. */
export const pictureButton = (words, picture, properties) =>
  el("button", { type: "button", title: words, "aria-label": words, ...properties }, icon(picture));

/** A file input that looks like a button and stays a real, focusable input; `chosen(file, files)`, several with `multiple`. */
export function fileButton(words, picture, { test, accept, capture, multiple, chosen, ...properties }) {
  const input = el("input", { type: "file", class: "for-ears", accept, capture, multiple, test });
  input.addEventListener("change", () => {
    const files = [...input.files];
    if (files.length) chosen(files[0], files);
    input.value = "";
  });
  return el("label", { ...properties, class: `button ${properties.class || ""}` }, icon(picture), el("span", {}, words), input);
}

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  write: "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3",
  podcast: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6",
  video: "M3 7h12v10H3zM15 11l6-3v8l-6-3z",
  posts: "M4 4h16v16H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5v.01",
  camera: "M4 8h4l1.5-2h5L16 8h4v11H4zM12 16.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  turn: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M12 18v-7M9 14l3-3 3 3",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  add: "M12 5v14M5 12h14",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  save: "M12 4v11M7 10l5 5 5-5M5 20h14",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  next: "M5 12h14M13 6l6 6-6 6",
  send: "M4 12l16-8-6 16-3-6zM11 14l9-10",
  think: "M12 7v6M12 17v.01M12 3a9 9 0 1 0 .01 0z",
  share: "M12 15V3M8 7l4-4 4 4M7 11H5v10h14V11h-2",
  crop: "M7 2v15h15M2 7h15v15",
  grip: "M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01",
  feed: "M4 3h16v12H4zM4 19h10M4 15l5-5 4 4 2-2 5 3",
  calm: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  question: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.01M12 3a9 9 0 1 0 .01 0z",
  play: "M8 5v14l11-7z",
  pause: "M9 5v14M15 5v14",
  stop: "M7 7h10v10H7z",
  record: "M12 6a6 6 0 1 0 .01 0z",
  cut: "M4 7a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M4 17a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8.5 8.5L20 17M8.5 15.5L20 7",
  leap_back: "M5 4v5h5M5.5 8.5a8 8 0 1 1-1.2 5.5",
  leap_ahead: "M19 4v5h-5M18.5 8.5a8 8 0 1 0 1.2 5.5",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", "icon");
  path.setAttribute("d", SHAPES[name]);
  picture.append(path);
  return picture;
}

/** Says something to people who listen to the page instead of looking at it. */
export function announce(words) {
  document.getElementById("announcer").textContent = words;
}

/** Shows one panel in place of another and takes the focus there, so that nobody is left on a button that is gone. */
export function show(place, panel, { focus = false } = {}) {
  place.replaceChildren(panel);
  const heading = panel.querySelector("h2");
  if (!focus || !heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: false });
}

/** Asks before something is thrown away; resolves to true only when the person says so. */
export function ask({ title, words, yes, no }) {
  const heading = el("h2", { id: "question" }, title);
  const dialog = el("dialog", { class: "question", "aria-labelledby": "question" }, heading, el("p", {}, words));
  const answer = (value) => dialog.close(value);
  dialog.append(
    el("div", { class: "row" },
      button(no, { class: "button quiet", test: "confirm-no", onclick: () => answer("no") }),
      button(yes, { class: "button danger", test: "confirm-yes", onclick: () => answer("yes") })),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "yes");
    });
  });
}
