/** The photo of one post: chosen or taken, made smaller on the phone, shown at once, and sent. */

import { newId } from "./api.js";
import { el, fileButton } from "./elements.js";
import { _, fill, number } from "./words.js";

const LARGEST_SIDE = 2048;
const QUALITY = 0.85;

/** Makes a photo small enough to send; what this browser cannot decode (HEIC, mostly) goes as it is. */
export async function reducePhoto(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = el("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  const pen = canvas.getContext("2d");
  // JPEG has no transparency: without this a transparent picture would turn black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return smaller ?? file;
}

/** Puts a photo into the store and starts sending it; returns its id, which is also the media id. */
async function addPhoto(file, { store, outbox, reflection }) {
  const photo = await reducePhoto(file);
  const name = (file.name || "photo").replace(/\.[^.]*$/, "");
  const item = {
    id: newId(), reflection: reflection.id, purpose: "photo", kind: "photo", mime: photo.type || "application/octet-stream",
    filename: photo === file ? file.name : `${name}.jpg`, state: "sending", started_at: Date.now(), seconds: null,
  };
  await store.putFile(item, photo);
  outbox.follow(item);
  return item.id;
}

/** The photo's place in a post card; `changed(id)` is told the new photo, or null when it was taken away. */
export function photoField(work, { post, name, changed }) {
  const frame = el("div", { class: "photo" });
  const state = el("p", { class: "photo-state", role: "status", test: "upload-state" });
  const field = el("div", { class: "photo-field", role: "group", "aria-label": name }, frame, state);

  async function chosen(file) {
    state.textContent = _("Getting the photo ready…");
    const before = post.photo;
    try {
      post.photo = await addPhoto(file, work);
    } catch {
      state.textContent = _("There is not enough space on this phone for the photo. Free some space and choose it again.");
      return;
    }
    changed(post.photo);
    draw();
    if (before) await work.outbox.discard(before);
  }

  const ways = (again) => el("div", { class: "row photo-ways" },
    fileButton(again ? _("Change photo") : _("Choose a photo"), "posts", { test: "photo-input", accept: "image/*", class: again ? "quiet" : "", chosen }),
    fileButton(_("Take a photo"), "camera", { test: "photo-camera", accept: "image/*", capture: "environment", class: again ? "quiet touch-only" : "touch-only", chosen }));

  async function draw() {
    if (!post.photo) {
      frame.replaceChildren(ways(false));
      state.textContent = "";
      return;
    }
    const image = el("img", { onload: () => URL.revokeObjectURL(image.src), alt: post.alt_text || _("The photo of this post"), loading: "lazy" });
    image.addEventListener("error", () => image.replaceWith(el("p", { class: "muted no-preview" }, _("This phone cannot show the photo, but it can be sent."))));
    const item = await work.store.item(post.photo);
    const known = work.outbox.news(post.photo)?.media ?? work.reflection.media.find((one) => one.id === post.photo);
    if (item) image.src = URL.createObjectURL((await work.store.contents(item)).blob);
    else if (known?.state === "ready") image.src = known.urls.small ?? known.urls.playable;
    frame.replaceChildren(image.src ? image : el("p", { class: "muted no-preview" }, _("The photo is on another device and has not arrived yet.")), ways(true));
    tell(work.outbox.news(post.photo) ?? { state: item?.state ?? known?.state ?? "waiting", message: item?.message ?? known?.message });
  }

  function tell(news) {
    const words = photoWords(news);
    if (state.textContent !== words) state.textContent = words;
    state.classList.toggle("bad", news.state === "refused");
  }

  work.outbox.addEventListener("change", function listen({ detail }) {
    // Cards are drawn anew when their order changes; the old one stops listening.
    if (!field.isConnected) work.outbox.removeEventListener("change", listen);
    else if (detail.id === post.photo) tell(detail);
  });
  draw();
  return { element: field, redraw: draw };
}

function photoWords(news) {
  switch (news.state) {
    case "ready": return _("Photo saved");
    case "refused": return fill(_("The photo could not be used. {reason}"), { reason: news.message ?? "" }).trim();
    case "processing":
    case "sent": return _("Photo sent, being prepared");
    case "offline": return _("The photo waits on this phone for the network");
    case "signed_out": return _("The photo waits on this phone until you sign in");
    case "sending": return news.size ? fill(_("Sending the photo: {percent} %"), { percent: number(Math.round((100 * news.sent) / news.size)) }) : _("Sending the photo");
    default: return _("The photo waits to be sent");
  }
}
