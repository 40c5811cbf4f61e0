// Corrections go by HTTP and not through the page's socket: each is kept on this device until the server has it, so
// that none is lost with a connection, and the answer is what the screen shows then.
import { plain } from "cim-desk/words.js";

const RETRY_MS = [2000, 5000, 15000, 30000];

export default {
  data() {
    return { pending: [], state: "", refusal: "" };
  },
  computed: {
    stateWords() {
      return { saving: this.labels.saving, saved: this.labels.saved, kept: this.labels.kept, signedOut: this.labels.signedOut,
        refused: this.refusal }[this.state] ?? "";
    },
  },
  methods: {
    apply(changes) {
      this.pending = this.pending.concat(changes);
      this.held = this.overlaid(this.held);
      this.keep();
      this.send();
    },
    overlaid(words) {
      return plain(words, this.pending);
    },
    // What the server does not have yet outlives this page, and with it the browser.
    keep() {
      const kept = { pending: this.pending, draft: this.editing === null ? null : { i: this.editing, text: this.draft } };
      try {
        if (kept.pending.length || kept.draft) localStorage.setItem(this.shelf(), JSON.stringify(kept));
        else localStorage.removeItem(this.shelf());
      } catch {
        // A browser that keeps nothing still sends everything.
      }
    },
    shelf() {
      return `cim.words.${this.transcript}`;
    },
    takeUp() {
      let kept = null;
      try {
        kept = JSON.parse(localStorage.getItem(this.shelf()));
      } catch {
        return;
      }
      if (!kept) return;
      this.pending = (kept.pending ?? []).filter(({ i }) => i in this.held);
      this.held = this.overlaid(this.held);
      if (kept.draft && this.places.has(kept.draft.i)) {
        this.at = kept.draft.i;
        this.editing = kept.draft.i;
        this.draft = kept.draft.text;
        this.$nextTick(() => this.put());
      }
      this.send();
    },
    async send() {
      clearTimeout(this.again);
      if (this.isSending || !this.pending.length || this.isGone) return;
      this.isSending = true;
      const sent = this.pending.slice(0, 100);
      // While nothing can be sent the words about that stay: flickering would be read aloud each time.
      if (this.state !== "kept") this.state = "saving";
      try {
        await this.settle(await this.ask(sent), sent);
      } catch {
        this.state = "kept";
      }
      this.isSending = false;
      if (!this.pending.length || this.state === "signedOut") return;
      this.tries = this.state === "kept" ? (this.tries ?? 0) + 1 : 0;
      this.again = setTimeout(() => this.send(), this.tries ? RETRY_MS[Math.min(this.tries, RETRY_MS.length) - 1] : 0);
    },
    ask(changes) {
      const last = new Map(changes.map((change) => [change.i, change]));
      const words = Array.from(last.values(), ({ i, t, j }) => ({ segment: this.held[i].s, word: this.held[i].w, text: j ? "" : t, joined: j }));
      return fetch(`/api/v1/media/${this.media}/transcript/words`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ transcript: this.transcript, words }),
        signal: AbortSignal.timeout(10000),
      });
    },
    async settle(answer, sent) {
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (answer.status === 401) {
        this.state = "signedOut";
        return;
      }
      const told = await answer.json();
      this.pending = this.pending.slice(sent.length);
      if (answer.ok) {
        this.certain = told.words.map((word) => ({
          s: word.segment, w: word.word, t: word.text, h: word.heard, a: word.start_seconds, b: word.end_seconds,
          j: word.joined, u: word.unsure,
        }));
        this.held = this.overlaid(this.certain);
        this.state = "saved";
        this.loadCaptions();
      } else {
        // Nothing of it holds: the screen shows again what does.
        this.pending = [];
        this.undos = [];
        this.redos = [];
        this.held = plain(this.certain);
        this.refusal = told.error?.message ?? answer.statusText;
        this.state = "refused";
      }
      this.keep();
    },
    // The player goes on with the words as they are now.
    loadCaptions() {
      const track = this.sound?.querySelector("track");
      if (track) track.src = `${track.src.split("&saved=")[0]}&saved=${Date.now()}`;
    },
  },
};
