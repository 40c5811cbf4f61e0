// What is said at places of a version, as a list: each entry leads to its place. Its writer changes it here until they
// decide, and every letter is kept on this device until the server has it.
import { boardOf, commentsOn } from "cim-desk/board.js";
import { clock } from "cim-desk/words.js";

const PAUSE_MS = 800;
const RETRY_MS = [2000, 5000, 15000, 30000];

export default {
  template: `
    <div class="cim-comments">
      <audio v-if="sources.length" ref="own" class="cim-media" controls preload="none" :aria-label="labels.hear" data-test="comment-sound" @play="alone">
        <source v-for="one in sources" :key="one.src" :src="one.src" :type="one.type"></audio>
      <p v-if="canWrite && !items.length" class="cim-muted cim-small">{{ labels.none }}</p>
      <ol v-if="items.length">
        <li v-for="{ comment, n } in items" :key="comment.id" :class="{ chosen: board.chosen === comment.id }" :data-comment="comment.id" data-test="comment-item">
          <button type="button" class="cc-place" @click="go(comment)" data-test="comment-place" :aria-label="named(comment, n)">
            <span class="cc-number" aria-hidden="true">{{ n }}</span>
            <span class="cc-where"><b>{{ where(comment) }}</b> <q v-if="comment.quote" :lang="language">{{ short(comment.quote) }}</q></span></button>
          <template v-if="canWrite">
            <textarea :value="comment.text" rows="2" :maxlength="longest" :aria-label="labels.comment + ' ' + n" data-test="comment-text"
              @input="written(comment, $event.target.value)" @focus="board.chosen = comment.id" @blur="leave(comment)" @keydown="inField($event, comment)"></textarea>
            <div class="cc-foot"><span class="ct-state" role="status" data-test="comment-kept" :data-state="comment.state"
              :class="{ bad: comment.state === 'kept' || comment.state === 'refused' }">{{ stateWords(comment) }}</span>
              <button type="button" class="cc-remove" @click="remove(comment)" :aria-label="labels.remove + ' ' + n" data-test="comment-remove">{{ labels.remove }}</button></div>
          </template>
          <p v-else class="cim-text">{{ comment.text }}</p>
        </li>
      </ol>
    </div>`,
  props: {
    version: String, person: String, list: String, comments: Array, canWrite: Boolean, player: String, sources: Array, posts: Object,
    language: String, longest: Number, labels: Object,
  },
  data() {
    return { gone: {} };
  },
  computed: {
    board() {
      return boardOf(this.version);
    },
    mine() {
      return this.board.lists[this.list] ?? [];
    },
    items() {
      const mine = new Set(this.mine.map(({ id }) => id));
      return commentsOn(this.board).filter(({ comment }) => mine.has(comment.id));
    },
  },
  created() {
    this.board.lists[this.list] = this.comments.map((comment) => this.placed({ ...comment, state: "", refusal: "" }));
  },
  mounted() {
    if (!this.canWrite) return;
    this.takeUp();
    this.board.ask = this.begin;
    this.board.views.list = this;
    addEventListener("pagehide", this.send);
    addEventListener("online", this.send);
  },
  unmounted() {
    if (!this.canWrite) return;
    this.board.ask = null;
    delete this.board.views.list;
    clearTimeout(this.soon);
    removeEventListener("pagehide", this.send);
    removeEventListener("online", this.send);
  },
  methods: {
    where(comment) {
      if (comment.at === "spoken") return clock(comment.a);
      return comment.at === "post" ? this.posts[comment.post] : "";
    },
    named(comment, n) {
      const where = `${this.where(comment)} ${comment.quote}`.trim();
      return `${comment.at === "spoken" ? this.labels.hear : this.labels.show} ${n}: ${where}`;
    },
    short(quote) {
      return quote.length > 160 ? `${quote.slice(0, 120)} … ${quote.slice(-30)}` : quote;
    },
    stateWords(comment) {
      return comment.state === "refused" ? comment.refusal : this.labels[comment.state] ?? "";
    },
    // Posts come in their own order, before the text.
    placed(comment) {
      return comment.at === "post" ? { ...comment, order: Object.keys(this.posts).indexOf(comment.post) - 1000 } : comment;
    },
    // To its place, and heard from there.
    go(comment) {
      this.board.chosen = comment.id;
      const { transcript, text } = this.board.views;
      if (comment.at === "spoken") {
        transcript?.showPlace(comment);
        this.hear(comment.a);
      } else if (comment.at === "written") {
        unfold(text?.$el);
        text?.showPlace(comment);
      } else {
        const post = document.querySelector(`[data-version="${this.version}"][data-post="${comment.post}"]`);
        unfold(post);
        post?.scrollIntoView({ block: "center" });
      }
    },
    hear(seconds) {
      const sound = this.$refs.own ?? document.getElementById(this.player);
      if (!sound) return;
      sound.currentTime = seconds;
      sound.play().catch(() => {});
    },
    alone(event) {
      for (const other of document.querySelectorAll("audio, video")) if (other !== event.target) other.pause();
    },
    focusOn(id) {
      this.$nextTick(() => this.$el.querySelector(`[data-comment="${id}"] textarea`)?.focus());
    },

    // Writing.
    begin(place, back) {
      const comment = this.placed({ id: newId(), ...place, text: "", revision: 0, state: "", refusal: "" });
      this.back = back;
      this.board.lists[this.list].push(comment);
      this.board.chosen = comment.id;
      this.focusOn(comment.id);
    },
    inField(event, comment) {
      if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      const { transcript, text } = this.board.views;
      if (this.back?.isConnected) this.back.focus();
      else (transcript ?? text)?.$el.querySelector("[tabindex='0']")?.focus();
      if (document.activeElement?.dataset.test === "comment-text") document.activeElement.blur();
    },
    written(comment, text) {
      comment.text = text;
      comment.isNewer = true;
      this.put();
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.send(), PAUSE_MS);
    },
    leave(comment) {
      if (comment.isNewer && comment.text.trim()) this.send();
      // Only once it is known where the focus has gone: another window takes it without taking the comment away.
      setTimeout(() => {
        const stays = document.activeElement?.closest(`[data-comment="${comment.id}"]`);
        if (!comment.text.trim() && !stays) this.remove(comment);
      });
    },
    remove(comment) {
      const list = this.board.lists[this.list];
      const place = list.findIndex(({ id }) => id === comment.id);
      if (place >= 0) list.splice(place, 1);
      // An earlier request may be on its way even where no answer has come.
      if (comment.revision || comment.wasSent) this.gone[comment.id] = true;
      this.put();
      this.send();
    },

    // Keeping.
    shelf() {
      return `cim.comments.${this.person}.${this.version}`;
    },
    put() {
      const newer = this.mine.filter(({ isNewer, text }) => isNewer && text.trim());
      try {
        if (newer.length || Object.keys(this.gone).length) {
          localStorage.setItem(this.shelf(), JSON.stringify({ newer, gone: this.gone }));
        } else localStorage.removeItem(this.shelf());
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
      const list = this.board.lists[this.list];
      for (const comment of kept.newer ?? []) {
        const place = list.findIndex(({ id }) => id === comment.id);
        if (place >= 0) Object.assign(list[place], { text: comment.text, isNewer: true, revision: comment.revision });
        else list.push({ ...comment, isNewer: true, state: "" });
      }
      this.gone = kept.gone ?? {};
      this.board.lists[this.list] = list.filter(({ id }) => !this.gone[id]);
      this.send();
    },
    forget() {
      clearTimeout(this.soon);
      this.board.lists[this.list] = this.mine.map((comment) => ({ ...comment, isNewer: false }));
      this.gone = {};
      this.put();
    },
    // Before a decision: whether the server has every word.
    async settle() {
      for (const comment of this.mine.filter(({ text }) => !text.trim())) this.remove(comment);
      this.state = "";
      for (let tries = 0; tries < 100 && (this.isSending || (this.unsent() && this.state !== "kept")); tries += 1) {
        if (!this.isSending) await this.send();
        else await new Promise((resolve) => setTimeout(resolve, 100));
        if (this.mine.some(({ state }) => state === "refused" || state === "signedOut")) break;
      }
      return !this.unsent();
    },
    unsent() {
      return this.mine.some(({ isNewer }) => isNewer) || Object.keys(this.gone).length > 0;
    },
    async send() {
      clearTimeout(this.soon);
      if (this.isSending) return;
      this.isSending = true;
      this.state = "";
      try {
        for (const id of Object.keys(this.gone)) await this.take(id);
        for (const comment of this.mine.filter(({ isNewer, text }) => isNewer && text.trim())) await this.keep(comment);
      } catch {
        this.state = "kept";
        for (const comment of this.mine) if (comment.isNewer) comment.state = "kept";
      }
      this.isSending = false;
      this.put();
      // What was refused waits for other words, and everything for whoever is signed out.
      const isWritten = this.mine.some(({ isNewer, state, text }) => isNewer && text.trim() && state !== "refused");
      if (this.isSignedOut || !(isWritten || Object.keys(this.gone).length)) return;
      this.tries = this.state === "kept" ? (this.tries ?? 0) + 1 : 0;
      this.soon = setTimeout(() => this.send(), this.tries ? RETRY_MS[Math.min(this.tries, RETRY_MS.length) - 1] : PAUSE_MS);
    },
    async keep(comment) {
      // While nothing can be sent the words about that stay: flickering would be read aloud each time.
      if (comment.state !== "kept") comment.state = "saving";
      comment.isNewer = false;
      comment.wasSent = true;
      const sent = comment.text;
      try {
        const answer = await this.ask("PUT", comment.id, { place: placeOf(comment), text: whole(sent), revision: comment.revision });
        if (!answer.ok) {
          comment.state = answer.status === 401 ? "signedOut" : "refused";
          comment.refusal = answer.status === 401 ? "" : (await answer.json()).error?.message ?? answer.statusText;
          comment.isNewer = true;
          return;
        }
        const kept = await answer.json();
        comment.state = "saved";
        const isTyped = comment.text !== sent;
        const isOurs = kept.text === sent.trim();
        // Written in another window meanwhile: both texts are here now, or are joined with what is being typed.
        if (!isOurs && !isTyped) comment.text = kept.text;
        if (isOurs || !isTyped) comment.revision = kept.revision;
      } catch (error) {
        comment.isNewer = true;
        throw error;
      }
    },
    async take(id) {
      const answer = await this.ask("DELETE", id);
      // What is refused stays as it is: the server has it, and shows it the next time.
      if (answer.status !== 401) delete this.gone[id];
    },
    async ask(method, id, body) {
      const answer = await fetch(`/api/v1/versions/${this.version}/comments/${id}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
        keepalive: true,
        signal: AbortSignal.timeout(10000),
      });
      if (answer.status >= 500) throw new Error(answer.statusText);
      this.isSignedOut = answer.status === 401;
      return answer;
    },
  },
};

function placeOf({ at, a, b, from, to, post, quote }) {
  if (at === "spoken") return { start_seconds: a, end_seconds: b, quote: whole(quote) };
  return at === "written" ? { start_letter: from, end_letter: to } : { post };
}

// Opens what the place is folded away in.
function unfold(element) {
  const head = element?.closest(".q-expansion-item")?.querySelector(".q-item[aria-expanded=false]");
  head?.click();
}

// `crypto.randomUUID` is missing where the address is not https.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

// What no database keeps comes with what was pasted: NUL, and half a character.
function whole(text) {
  return (text.toWellFormed?.() ?? text).replaceAll("\0", "");
}
