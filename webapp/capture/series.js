/** The posts of one series, on the screen and in the draft: empty ones are only on the screen. */

import { newId } from "./api.js";
import { askForCrops } from "./crop.js";
import { announce, button, el } from "./elements.js";
import { isWhole, WHOLE } from "./framing.js";
import { orderByDrag } from "./ordering.js";
import { keepPhoto, originOf, previewOf, Unusable } from "./photo.js";
import { postCard } from "./post_card.js";
import { least } from "./targets.js";
import { _, fill, plural } from "./words.js";

const isFilled = (post) => Boolean(post.photo || post.caption.trim() || post.alt_text.trim());
const emptyPost = () => ({ id: newId(), photo: null, caption: "", alt_text: "" });

export class Series {
  /** `tell({filled, isFull})` is called after every change. */
  constructor(work, list, tell) {
    Object.assign(this, { work, list, tell, posts: [], cards: new Map(), removed: null });
    this.most = work.format.posts?.maximum ?? Infinity;
    orderByDrag(list, (from, to) => this.move(from, to));
  }

  get filled() {
    return this.posts.filter(isFilled);
  }

  load() {
    this.posts = this.work.draft.values.posts.map((post) => ({ ...post }));
    while (this.posts.length < least(this.work.format.posts)) this.posts.push(emptyPost());
    this.removed = null;
    this.cards.clear();
    this.draw();
    this.adopt();
  }

  /** Takes in what was changed elsewhere. */
  refresh() {
    if (JSON.stringify(this.filled) !== JSON.stringify(this.work.draft.values.posts)) this.load();
  }

  changed() {
    this.work.draft.change({ posts: this.filled.map((post) => ({ ...post })) });
    this.tell({ filled: this.filled, isFull: this.posts.length >= this.most });
  }

  draw() {
    const elements = this.posts.map((post, at) => {
      const card = this.cardOf(post);
      card.place(at, this.posts.length - 1);
      return card.element;
    });
    if (this.removed) elements.splice(this.removed.at, 0, this.undoStrip());
    this.list.replaceChildren(...elements);
    this.tell({ filled: this.filled, isFull: this.posts.length >= this.most });
  }

  cardOf(post) {
    if (!this.cards.has(post.id)) {
      const at = () => this.posts.indexOf(post);
      this.cards.set(post.id, postCard(this.work, post, {
        changed: () => this.changed(),
        move: (by) => this.move(at(), at() + by),
        remove: () => this.remove(at()),
        chosen: (files) => this.place(files, post),
        crop: () => this.crop([post]),
      }));
    }
    return this.cards.get(post.id);
  }

  add(post = emptyPost()) {
    this.posts.push(post);
    this.draw();
    return this.cardOf(post).element;
  }

  move(from, to) {
    const [post] = this.posts.splice(from, 1);
    this.posts.splice(to, 0, post);
    this.changed();
    this.draw();
    announce(fill(_("Post {from} is now post {to}"), { from: from + 1, to: to + 1 }));
    const card = this.cardOf(post).element;
    const wish = card.querySelector(to < from ? "[data-test=move-up]" : "[data-test=move-down]");
    (wish.disabled ? card.querySelector("button:not(:disabled)") : wish).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  remove(at) {
    const [post] = this.posts.splice(at, 1);
    this.removed = isFilled(post) ? { at, post } : null;
    this.changed();
    this.draw();
    (this.list.querySelector("[data-test=undo]") ?? this.list.parentElement.querySelector("[data-test=add-post]")).focus();
  }

  undoStrip() {
    const { at, post } = this.removed;
    const undo = () => {
      this.posts.splice(at, 0, post);
      this.removed = null;
      this.changed();
      this.draw();
      this.cardOf(post).element.querySelector("textarea").focus();
    };
    return el("li", { class: "undo-strip" },
      el("span", { role: "status" }, fill(_("Post {number} was removed."), { number: at + 1 })),
      button(_("Undo"), { class: "button quiet", test: "undo", onclick: undo }, "undo"));
  }

  /** Gives the first of the chosen photos to a post and each further one to the next post without a photo. */
  async place(files, first) {
    const taken = [];
    for (const file of files) {
      const post = taken.length ? this.emptyAfter(taken.at(-1)) : first;
      if (!post) {
        this.say(taken.at(-1), plural(this.most, _("There is room for {count} post. The other photos were not added."), _("There is room for {count} posts. The other photos were not added.")));
        break;
      }
      if (await this.take(file, post)) taken.push(post);
    }
    if (taken.length) await this.crop(taken);
  }

  /** Keeps a photo before anything else is asked: phones may end the page at any moment. */
  async take(file, post) {
    this.say(post, _("Getting the photo ready…"));
    try {
      await this.give(post, await keepPhoto(file, this.work));
      return true;
    } catch (reason) {
      if (!(reason instanceof Unusable || reason instanceof DOMException)) throw reason;
      this.say(post, reason instanceof Unusable ? reason.message : _("There is not enough space on this phone for the photo. Free some space and choose it again."), true);
      return false;
    }
  }

  say(post, ...words) {
    this.cardOf(post).say(...words);
  }

  emptyAfter(post) {
    const free = this.posts.slice(this.posts.indexOf(post) + 1).find((one) => !one.photo) ?? this.posts.find((one) => !one.photo);
    if (free || this.posts.length >= this.most) return free ?? null;
    this.add();
    return this.posts.at(-1);
  }

  async give(post, photo) {
    const before = post.photo;
    post.photo = photo;
    this.changed();
    await this.cardOf(post).photo();
    if (before) await this.release(before);
  }

  /** Forgets a photo, unless a post, one that can come back, or a version set aside still has it. */
  async release(photo) {
    const { store, outbox, reflection } = this.work;
    const aside = (await store.asideOf(reflection.id)).flatMap(({ values }) => values.posts ?? []);
    const isHeld = [...this.posts, ...aside, this.removed?.post].some((post) => post?.photo === photo);
    if (!isHeld) await outbox.discard(photo);
  }

  /** Asks which part of the photos to use, and sends them; what this browser cannot show is sent as it is. */
  async crop(posts) {
    const photos = [];
    for (const { photo } of posts) {
      const origin = await originOf(this.work, photo);
      photos.push({ photo, ...origin, picture: origin && (await previewOf(origin.file)) });
    }
    const shown = photos.filter(({ picture }) => picture);
    const crops = shown.length ? await askForCrops(shown) : null;
    for (const { photo, file, crop, picture } of photos) {
      const wanted = (picture && crops?.[shown.findIndex((one) => one.photo === photo)]) ?? crop ?? WHOLE;
      const isSame = JSON.stringify(wanted) === JSON.stringify(crop) || (isWhole(wanted) && isWhole(crop ?? WHOLE));
      const chosen = isSame ? photo : await keepPhoto(file, this.work, wanted);
      // While the dialog was open the series may have been changed from elsewhere.
      const post = this.posts.find((one) => one.photo === photo);
      if (post && !isSame) await this.give(post, chosen);
      if ((await this.work.store.item(chosen))?.state === "review") await this.work.outbox.send(chosen);
    }
    // What was pressed is no longer there: its place has the photo now.
    this.cardOf(posts[0]).element.querySelector(".photo button, .photo input")?.focus({ preventScroll: true });
  }

  /** Brings in what was kept but not sent: photos chosen just before a crash, or shared from another app. */
  async adopt() {
    const waiting = (await this.work.store.itemsOf(this.work.reflection.id, "photo")).filter(({ state }) => state === "review");
    for (const { id } of waiting) {
      if (!this.posts.some(({ photo }) => photo === id)) {
        const post = this.emptyAfter(null);
        if (!post) continue;
        await this.give(post, id);
      }
      await this.work.outbox.send(id);
    }
  }
}
