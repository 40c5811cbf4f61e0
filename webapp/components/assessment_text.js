// What an assessor writes about a version, kept from the first letter on: on this device until the server has it.
//
// The page hears of each letter too, by its socket, so that a decision is made with the words that are on the screen.
const PAUSE_MS = 800;
const RETRY_MS = [2000, 5000, 15000, 30000];

export default {
  template: `
    <div class="cim-assessment-text">
      <slot></slot>
      <label><span>{{ labels.comment }}</span>
        <textarea ref="comment" v-model="held.comment" rows="6" :maxlength="longest" data-test="comment" @input="written"></textarea></label>
      <slot name="sentences"></slot>
      <label><span>{{ labels.note }}</span>
        <textarea v-model="held.note" rows="2" :maxlength="longest" data-test="private-note" @input="written"></textarea></label>
      <div class="ct-state" role="status" data-test="assessment-kept" :data-state="state" :class="{ bad: state === 'kept' || state === 'refused' }">{{ stateWords }}</div>
    </div>`,
  props: { version: String, person: String, comment: String, note: String, levels: Object, revision: Number, longest: Number, labels: Object },
  // For what lies in the slots: the levels to choose, and the sentences to insert.
  provide() {
    return { assessment: this };
  },
  data() {
    return { held: { comment: this.comment, note: this.note, levels: { ...this.levels } }, seen: this.revision, state: "", refusal: "" };
  },
  computed: {
    stateWords() {
      return this.state === "refused" ? this.refusal : this.labels[this.state] ?? "";
    },
  },
  mounted() {
    this.takeUp();
    addEventListener("pagehide", this.leave);
  },
  unmounted() {
    removeEventListener("pagehide", this.leave);
  },
  methods: {
    written() {
      this.isNewer = true;
      this.put();
      this.tell();
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.send(), PAUSE_MS);
    },
    choose(criterion, level) {
      const { [criterion]: _before, ...others } = this.held.levels;
      this.held.levels = level === null ? others : { ...others, [criterion]: level };
      this.written();
    },
    marked() {
      const { selectionStart, selectionEnd } = this.$refs.comment;
      return this.held.comment.slice(selectionStart, selectionEnd).trim() || this.held.comment.trim();
    },
    insert(text) {
      const field = this.$refs.comment;
      const [before, after] = [field.value.slice(0, field.selectionStart), field.value.slice(field.selectionEnd)];
      const piece = `${/\S$/.test(before) ? " " : ""}${text}${/^\S/.test(after) ? " " : ""}`;
      field.setRangeText(piece, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input"));
      field.focus();
    },
    tell() {
      this.$emit("written", { ...this.held });
    },
    shelf() {
      return `cim.assessment.${this.person}.${this.version}`;
    },
    put() {
      try {
        if (this.isNewer) localStorage.setItem(this.shelf(), JSON.stringify({ ...this.held, seen: this.seen }));
        else localStorage.removeItem(this.shelf());
      } catch {
        // A browser that keeps nothing still sends everything.
      }
    },
    // What an earlier visit could not send.
    takeUp() {
      let kept = null;
      try {
        kept = JSON.parse(localStorage.getItem(this.shelf()));
      } catch {
        return;
      }
      if (!kept) return;
      this.held = { comment: kept.comment ?? "", note: kept.note ?? "", levels: kept.levels ?? this.held.levels };
      this.seen = kept.seen ?? 0;
      this.isNewer = true;
      this.tell();
      this.send();
    },
    forget() {
      clearTimeout(this.soon);
      this.isNewer = false;
      this.put();
    },
    leave() {
      if (this.isNewer) this.ask({ keepalive: true }).catch(() => {});
    },
    ask(options) {
      return fetch(`/api/v1/versions/${this.version}/assessment-draft`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          comment: whole(this.held.comment), note: whole(this.held.note), levels: this.held.levels, revision: this.seen,
        }),
        ...options,
      });
    },
    async send() {
      clearTimeout(this.soon);
      if (this.isSending || !this.isNewer) return;
      this.isSending = true;
      this.isNewer = false;
      // While nothing can be sent the words about that stay: flickering would be read aloud each time.
      if (this.state !== "kept") this.state = "saving";
      const sent = { ...this.held };
      try {
        await this.settle(await this.ask({ signal: AbortSignal.timeout(10000) }), sent);
      } catch {
        this.state = "kept";
        this.isNewer = true;
      }
      this.isSending = false;
      this.put();
      if (!this.isNewer || this.state === "signedOut" || this.state === "refused") return;
      this.tries = this.state === "kept" ? (this.tries ?? 0) + 1 : 0;
      this.soon = setTimeout(() => this.send(), this.tries ? RETRY_MS[Math.min(this.tries, RETRY_MS.length) - 1] : PAUSE_MS);
    },
    async settle(answer, sent) {
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (!answer.ok) {
        this.state = answer.status === 401 ? "signedOut" : "refused";
        this.isNewer = true;
        this.refusal = answer.status === 401 ? "" : (await answer.json()).error?.message ?? answer.statusText;
        return;
      }
      const kept = await answer.json();
      this.seen = kept.revision;
      this.state = "saved";
      if (!same(this.held, sent)) return;
      // Written in another window meanwhile: both texts are here now.
      if (!same(kept, sent)) {
        this.held = { comment: kept.comment, note: kept.note, levels: kept.levels };
        this.tell();
      }
    },
  },
};

function same(one, other) {
  const levels = ({ levels }) => JSON.stringify(Object.entries(levels).sort());
  return one.comment === other.comment && one.note === other.note && levels(one) === levels(other);
}

// What no database keeps comes with what was pasted: NUL, and half a character.
function whole(text) {
  return (text.toWellFormed?.() ?? text).replaceAll("\0", "");
}
