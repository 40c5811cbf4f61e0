/**
 * On an activity's page: sends the files that a student chooses as evidence.
 *
 * The page itself may be drawn anew or loaded again at any time (its socket was cut); what was chosen lies in the store
 * of this device first and is sent from there, by the same outbox that sends recordings. The page's own list of files
 * comes from the server; this part shows only what is not there yet.
 */

import { newId, signInAddress } from "./api.js";
import { el } from "./elements.js";
import { Outbox } from "./outbox.js";
import { openStore } from "./store.js";
import { _, fill, loadWords, number, plural, sizes } from "./words.js";

const ACCEPTED = "image/*,.heic,.heif,.avif,application/pdf,.pdf";
const LOOK_MS = 500;
const ON_THE_WAY = new Set(["waiting", "sending", "offline", "signed_out"]);

class Evidence {
  constructor(facts, store) {
    Object.assign(this, { activity: facts.activity, limit: Number(facts.limit), store });
    this.outbox = new Outbox(store);
    this.rows = new Map();
    this.seen = new Set();
    this.problem = el("p", { class: "cim-upload-problem", role: "alert", test: "evidence-problem" });
    this.list = el("ul", { class: "cim-list" });
    this.summary = el("p", { class: "cim-muted cim-small", role: "status", test: "evidence-sending" });
    this.element = el("div", { class: "cim-upload" },
      el("div", { class: "cim-row" },
        this.chooser(_("Choose photos or PDFs"), "evidence-input", { accept: ACCEPTED, multiple: true }),
        this.chooser(_("Take a photo"), "evidence-camera", { accept: "image/*", capture: "environment" }, "touch-only")),
      this.problem, this.list, this.summary);
    this.outbox.addEventListener("change", ({ detail }) => this.tell(detail.id));
    // What has arrived in the store goes on by itself after a reload; only the rest of a moment's sending is at stake.
    addEventListener("beforeunload", (event) => this.news().some(({ state }) => state === "sending") && event.preventDefault());
  }

  /** Goes on with what an earlier visit left, and keeps this part where the page wants it. */
  async start() {
    for (const item of await this.store.items()) if (item.activity === this.activity) this.add(item);
    await this.outbox.resume();
    this.settle();
  }

  chooser(words, test, properties, look = "") {
    const input = el("input", { type: "file", class: "cim-sr", test, ...properties });
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      this.problem.textContent = "";
      for (const file of files) await this.take(file);
    });
    return el("label", { class: `button ${look}` }, el("span", {}, words), input);
  }

  async take(file) {
    const reason = this.reasonAgainst(file);
    if (reason) {
      this.complain(file, reason);
      return;
    }
    let item = {
      id: newId(), activity: this.activity, purpose: "evidence", kind: "evidence", mime: file.type, filename: file.name,
      state: "sending", started_at: Date.now(), seconds: null,
    };
    try {
      item = await this.store.putFile(item, file);
    } catch {
      this.complain(file, _("There is not enough space on this device for the file. Free some space and choose it again."));
      return;
    }
    this.add(item);
    // Not awaited: the next file is to lie in the store at once, too.
    this.outbox.follow(item);
  }

  /** What can be said before anything is sent; the server looks into the file itself. */
  reasonAgainst(file) {
    if (!file.size) return _("The file is empty.");
    if (file.size > this.limit) return fill(_("The file is too large: at most {most} MB."), { most: number(this.limit / 1e6) });
    const isWelcome = !file.type || file.type.startsWith("image/") || file.type === "application/pdf";
    return isWelcome ? "" : _("This is neither a photo nor a PDF. Save it as a PDF or take a photo of it.");
  }

  complain(file, reason) {
    this.problem.append(el("span", {}, fill(_("{file}: {reason}"), { file: file.name, reason })));
  }

  news() {
    return [...this.rows.keys()].map((id) => this.outbox.news(id)).filter(Boolean);
  }

  add(item) {
    const words = el("span", { class: "cim-small", test: "evidence-state" });
    const bar = el("progress", { max: 1, value: 0, "aria-label": fill(_("Sending {file}"), { file: item.filename }) });
    const stop = el("button", { type: "button", class: "cim-upload-stop", test: "evidence-stop", onclick: () => this.stop(item.id) });
    stop.setAttribute("aria-label", fill(_("Do without {file}"), { file: item.filename }));
    stop.append(_("Do without it"));
    const row = el("li", { class: "cim-row between cim-upload-row" },
      el("span", { class: "cim-grow" }, el("span", { class: "cim-upload-name" }, item.filename), words, bar), stop);
    this.rows.set(item.id, { row, words, bar, stop, item });
    this.list.append(row);
    this.tell(item.id);
  }

  tell(id) {
    const shown = this.rows.get(id);
    if (!shown) return;
    const news = this.outbox.news(id) ?? { state: shown.item.state, message: shown.item.message, sent: 0, size: 0 };
    const { row, words, bar, stop } = shown;
    row.dataset.state = news.state;
    bar.hidden = !(news.state === "sending" && news.size);
    bar.value = news.size ? news.sent / news.size : 0;
    stop.hidden = !ON_THE_WAY.has(news.state) && news.state !== "refused";
    words.textContent = wordsFor(news);
    if (news.state === "signed_out") words.append(" ", el("a", { href: signInAddress() }, _("Sign in")));
    this.sum();
  }

  sum() {
    const count = this.news().filter(({ state }) => ON_THE_WAY.has(state)).length;
    const waiting = plural(count, _("{count} file is not sent yet."), _("{count} files are not sent yet."));
    const words = count ? [waiting, _("Keep this page open until it is done.")].join(" ") : "";
    if (words !== this.summary.textContent) this.summary.textContent = words;
  }

  async stop(id) {
    await this.outbox.discard(id);
    this.forget(id);
  }

  forget(id) {
    this.rows.get(id)?.row.remove();
    this.rows.delete(id);
    this.sum();
  }

  /** Takes its place again when the page was drawn anew, and shows each file once: here or in the page's own list. */
  settle() {
    const host = hostOf();
    if (host?.dataset.activity === this.activity && !host.contains(this.element)) host.replaceChildren(this.element);
    for (const [id, { row }] of this.rows) {
      const listed = document.querySelector(`[data-evidence-file="${id}"]`);
      const state = this.outbox.news(id)?.state;
      if (listed) this.seen.add(id);
      const isHere = !listed || ON_THE_WAY.has(state);
      row.style.display = isHere ? "" : "none";
      if (listed) listed.style.display = isHere ? "none" : "";
      // The server has it, or has said in its own list why it cannot be used.
      if (this.seen.has(id) && state === "refused") this.stop(id);
      else if (this.seen.has(id) && state === "ready") this.forget(id);
    }
    setTimeout(() => this.settle(), LOOK_MS);
  }
}

function wordsFor(news) {
  switch (news.state) {
    case "ready": return _("Added");
    case "refused": return news.message || _("The server cannot use this file.");
    case "processing":
    case "sent": return _("Sent, being prepared");
    case "offline": return _("No network. The file waits on this device and goes on by itself.");
    case "signed_out": return _("Signed out. The file waits on this device.");
    case "sending": return news.size ? fill(_("Sending: {sizes}"), { sizes: sizes(news.sent, news.size) }) : _("Waits to be sent");
    default: return _("Waits to be sent");
  }
}

const hostOf = () => document.querySelector("[data-evidence]");

/** The page is drawn by its socket's script, perhaps after this one ran. */
async function appeared() {
  while (!hostOf()) await new Promise((done) => setTimeout(done, 50));
  return hostOf();
}

const host = await appeared();
await loadWords(host.dataset.language);
try {
  await new Evidence(host.dataset, await openStore(host.dataset.owner)).start();
} catch {
  host.replaceChildren(el("p", { role: "alert" }, _("This browser keeps no files, so none can be sent from it. Use another one, or leave its private mode.")));
}
