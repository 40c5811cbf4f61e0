/** The dialog in which photos are cropped: by finger, mouse, slider or arrow keys, one photo or several in turn. */

import { button, el } from "./elements.js";
import { isWhole, MOST_ZOOM, partOf, pulled, ratioOf, settled, SHAPES, zoomedAt } from "./framing.js";
import { _, fill, number, plural } from "./words.js";

const KEY_STEP = 0.03;
const KEY_LEAP = 0.15;
const KEY_ZOOM = 1.1;
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const THUMB_PIXELS = 128;

/** Asks for the part of each photo, [{picture, crop}]; resolves to their crops, or null when they are to stay as they are. */
export function askForCrops(photos) {
  const crops = photos.map(({ picture, crop }) => settled(picture, crop));
  let at = 0;
  const heading = el("span", { role: "status" });
  const stage = cropStage((change) => set(change(photos[at].picture, crops[at])));
  const shapes = shapeChoice((shape) => set(settled(photos[at].picture, { ...crops[at], shape })));
  const zoom = el("input", { type: "range", min: 1, max: MOST_ZOOM, step: 0.01, test: "zoom", oninput: () => set(zoomedAt(photos[at].picture, crops[at], Number(zoom.value))) });
  const thumbs = photos.map((photo, place) => el("button", {
    type: "button", class: "thumb", test: "crop-thumb", "aria-label": fill(_("Photo {number}"), { number: place + 1 }), onclick: () => turnTo(place),
  }, el("canvas", { width: THUMB_PIXELS, height: THUMB_PIXELS })));
  const dialog = el("dialog", { class: "question crop-dialog", "aria-labelledby": "crop-title", test: "crop-dialog" },
    el("h2", { id: "crop-title" }, heading), el("div", { class: "crop-room" }, stage.element), shapes.element,
    el("label", { class: "zoom" }, el("span", {}, _("Zoom")), zoom),
    photos.length > 1 ? el("div", { class: "thumbs" }, thumbs) : null,
    el("div", { class: "row" },
      button(_("Do not crop"), { class: "button quiet", test: "leave-photo", onclick: () => dialog.close("no") }),
      button(plural(photos.length, _("Use photo"), _("Use {count} photos")), { class: "button primary", test: "use-photo", onclick: () => dialog.close("yes") })));

  function set(crop) {
    crops[at] = crop;
    draw();
  }

  function turnTo(place) {
    at = place;
    heading.textContent = photos.length > 1
      ? fill(_("Photo {number} of {count}"), { number: place + 1, count: photos.length })
      : _("Crop the photo");
    draw();
  }

  function draw() {
    const crop = crops[at];
    stage.draw(photos[at].picture, crop);
    shapes.show(crop.shape);
    zoom.value = crop.zoom;
    zoom.setAttribute("aria-valuetext", fill(_("{percent} %"), { percent: number(Math.round(crop.zoom * 100)) }));
    thumbs.forEach((thumb, place) => thumb.setAttribute("aria-current", String(place === at)));
    drawThumb(thumbs[at].firstChild, photos[at].picture, crop);
  }

  document.body.append(dialog);
  dialog.showModal();
  photos.forEach(({ picture }, place) => drawThumb(thumbs[place].firstChild, picture, crops[place]));
  turnTo(0);
  const room = new ResizeObserver(draw);
  room.observe(stage.element);
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      room.disconnect();
      dialog.remove();
      done(dialog.returnValue === "yes" ? crops : null);
    });
  });
}

function shapeChoice(chosen) {
  const names = { original: _("Original"), square: _("Square"), portrait: _("Portrait") };
  const inputs = Object.keys(SHAPES).map((shape) => el("input", { type: "radio", name: "shape", value: shape, class: "for-ears", test: `shape-${shape}`, onchange: () => chosen(shape) }));
  return {
    element: el("fieldset", { class: "shapes" }, el("legend", { class: "for-ears" }, _("Shape")),
      inputs.map((input) => el("label", {}, input, el("i", { class: `shape-${input.value}`, "aria-hidden": "true" }), el("span", {}, names[input.value])))),
    show: (shape) => inputs.forEach((input) => { input.checked = input.value === shape; }),
  };
}

/** The part of the photo as it will be; `changed` gets a function (picture, crop) → crop. */
function cropStage(changed) {
  const canvas = el("canvas", {});
  const element = el("div", {
    class: "crop-stage", tabIndex: 0, role: "application", test: "crop-stage",
    "aria-label": _("Part of the photo. Arrow keys move it, plus and minus zoom."), onkeydown: pressed,
  }, canvas, el("div", { class: "thirds", "aria-hidden": "true" }));
  followFingers(element, changed);

  function pressed(event) {
    const arrow = ARROWS[event.key];
    const step = event.shiftKey ? KEY_LEAP : KEY_STEP;
    if (arrow) changed((picture, crop) => pulled(picture, crop, arrow[0] * step, arrow[1] * step));
    else if (event.key === "+" || event.key === "=") changed((picture, crop) => zoomedAt(picture, crop, crop.zoom * KEY_ZOOM));
    else if (event.key === "-") changed((picture, crop) => zoomedAt(picture, crop, crop.zoom / KEY_ZOOM));
    else return;
    event.preventDefault();
  }

  function draw(picture, crop) {
    element.style.setProperty("--ratio", ratioOf(picture, crop));
    element.classList.toggle("is-whole", isWhole(crop));
    const { width, height } = element.getBoundingClientRect();
    canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
    canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    const part = partOf(picture, crop);
    canvas.getContext("2d").drawImage(picture, part.left, part.top, part.width, part.height, 0, 0, canvas.width, canvas.height);
  }
  return { element, draw };
}

/** One finger or the mouse pulls, two fingers pinch, the wheel zooms. */
function followFingers(element, changed) {
  const fingers = new Map();
  const spot = ({ clientX, clientY }, { left, top, width, height }) => ({ x: (clientX - left) / width, y: (clientY - top) / height });
  const middle = (spots) => ({ x: spots.reduce((sum, one) => sum + one.x, 0) / spots.length, y: spots.reduce((sum, one) => sum + one.y, 0) / spots.length });
  const spread = ([one, other], { width, height }) => (other ? Math.hypot((one.x - other.x) * width, (one.y - other.y) * height) : 1);

  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || fingers.size > 1) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event, element.getBoundingClientRect()));
    element.classList.add("is-held");
  });
  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const frame = element.getBoundingClientRect();
    const before = [...fingers.values()];
    fingers.set(event.pointerId, spot(event, frame));
    const after = [...fingers.values()];
    const [from, to] = [middle(before), middle(after)];
    const growth = spread(after, frame) / Math.max(1, spread(before, frame));
    changed((picture, crop) => {
      const moved = pulled(picture, crop, to.x - from.x, to.y - from.y);
      return after.length > 1 ? zoomedAt(picture, moved, moved.zoom * growth, to) : moved;
    });
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      element.classList.toggle("is-held", fingers.size > 0);
    });
  }
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const place = spot(event, element.getBoundingClientRect());
    changed((picture, crop) => zoomedAt(picture, crop, crop.zoom * Math.exp(-event.deltaY / 500), place));
  }, { passive: false });
}

/** The part as a small square: as much of its middle as fits. */
function drawThumb(canvas, picture, crop) {
  const part = partOf(picture, crop);
  const side = Math.min(part.width, part.height);
  canvas.getContext("2d").drawImage(picture, part.left + (part.width - side) / 2, part.top + (part.height - side) / 2, side, side, 0, 0, THUMB_PIXELS, THUMB_PIXELS);
}
