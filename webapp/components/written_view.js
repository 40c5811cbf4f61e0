// A text whose passages are commented on; its marks carry the numbers of the comments. Words are chosen with the mouse,
// or with the arrows as in a transcript.
import { boardOf, commentsOn, goToComment } from "cim-desk/board.js";

export default {
  template: `
    <div class="cim-written cim-transcript">
      <div v-if="canComment || before !== null" class="ct-row">
        <button v-if="canComment && !isCompared" type="button" :disabled="!picked" @click="commentHere" data-test="comment-here">{{ labels.commentHere }}</button>
        <label v-if="before !== null" class="ct-switch"><input type="checkbox" v-model="isCompared" data-test="show-difference">{{ labels.difference }}</label>
      </div>
      <div v-if="isCompared" class="cim-text" :lang="language" data-test="difference">
        <p v-if="parts && parts.every(({ kind }) => kind === 'same')" class="cim-muted">{{ labels.same }}</p>
        <template v-for="(part, index) in parts ?? []" :key="index"><del v-if="part.kind === 'first'"><span class="cim-sr">{{ labels.taken }} </span>{{ part.text }}</del><ins
          v-else-if="part.kind === 'second'"><span class="cim-sr">{{ labels.added }} </span>{{ part.text }}</ins><span v-else>{{ part.text }}</span></template>
      </div>
      <div v-else ref="area" class="cim-text cw-text" :class="{ choosing: canComment }" :lang="language" :tabindex="canComment ? 0 : null" :role="canComment ? 'group' : null"
        :aria-label="canComment ? labels.text : null" data-test="written" @pointerup="drawn" @keydown="onKey"><template
        v-for="part in segments" :key="part.from"><mark v-if="part.ids.length" class="cw-mark" :class="{ 'noted-now': part.ids.includes(board.chosen) }"
        :data-ids="part.ids.join(' ')">{{ part.text }}</mark><template v-else>{{ part.text }}</template><button v-for="one in part.ends"
        :key="one.id" type="button" class="ct-note" data-test="mark" :data-n="one.n" :aria-label="labels.comment + ' ' + one.n" @click="toComment(one.id)"></button></template></div>
      <p v-if="canComment" class="cim-sr" role="status">{{ picked ? labels.chosen + ' ' + text.slice(...picked) : '' }}</p>
      <button v-if="canComment && picked && !isCompared" type="button" class="ct-pill" :style="pill" @mousedown.prevent @click="commentHere"
        data-test="comment-picked">{{ labels.commentHere }}</button>
    </div>`,
  props: { version: String, text: String, language: String, before: String, labels: Object },
  data() {
    return { picked: null, pill: {}, isCompared: false, parts: null };
  },
  computed: {
    board() {
      return boardOf(this.version);
    },
    canComment() {
      return Boolean(this.board.ask);
    },
    notes() {
      return commentsOn(this.board).filter(({ comment }) => comment.at === "written");
    },
    // The text in pieces that are commented on by the same comments.
    segments() {
      const at = this.notes.length ? placesOfLetters(this.text) : null;
      const notes = this.notes.map(({ comment, n }) => ({ id: comment.id, n, from: at(comment.from), to: at(comment.to) }));
      const cuts = [...new Set([0, this.text.length, ...notes.flatMap(({ from, to }) => [from, to])])].sort((one, other) => one - other);
      return cuts.slice(0, -1).map((from, index) => {
        const to = cuts[index + 1];
        const over = notes.filter((note) => note.from <= from && note.to >= to);
        return { from, text: this.text.slice(from, to), ids: over.map(({ id }) => id), ends: over.filter((note) => note.to === to) };
      });
    },
    words() {
      return [...this.text.matchAll(/\S+/g)].map((word) => [word.index, word.index + word[0].length]);
    },
  },
  watch: {
    async isCompared(isCompared) {
      this.picked = null;
      if (!isCompared || this.parts) return;
      const { difference } = await import("/capture/difference.js");
      this.parts = Object.freeze(difference(this.before, this.text));
    },
  },
  mounted() {
    this.board.views.text = this;
    document.addEventListener("selectionchange", this.forget);
  },
  unmounted() {
    if (this.board.views.text === this) delete this.board.views.text;
    document.removeEventListener("selectionchange", this.forget);
  },
  methods: {
    // The selection is there only after the button has been let go.
    drawn() {
      if (this.canComment) setTimeout(() => this.adopt());
    },
    selected() {
      const selection = getSelection();
      const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
      return range && this.$refs.area?.contains(range.commonAncestorContainer) ? range : null;
    },
    adopt() {
      const range = this.selected();
      if (!range) return;
      const before = document.createRange();
      before.setStart(this.$refs.area, 0);
      before.setEnd(range.startContainer, range.startOffset);
      const start = before.toString().length;
      const chosen = range.toString();
      if (!chosen.trim()) return;
      const from = start + chosen.length - chosen.trimStart().length;
      this.picked = [from, from + chosen.trim().length];
      const [place, around] = [range.getBoundingClientRect(), this.$el.getBoundingClientRect()];
      const left = Math.max(0, Math.min(place.left - around.left, around.width - 190));
      this.pill = { top: `${place.bottom - around.top + 4}px`, left: `${left}px` };
    },
    forget() {
      if (this.picked && !this.selected()) this.picked = null;
    },
    onKey(event) {
      if (!this.canComment || event.target !== this.$refs.area || event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[event.key];
      if (by) {
        event.preventDefault();
        const last = this.words.length - 1;
        const to = this.word === undefined ? 0 : Math.min(Math.max(0, this.word + by), last);
        this.root = event.shiftKey ? this.root ?? this.word ?? to : to;
        this.word = to;
        this.selectWords(Math.min(this.root, to), Math.max(this.root, to));
      } else if (event.key.toLowerCase() === "c" && this.picked) {
        event.preventDefault();
        this.commentHere();
      } else if (event.key === "Escape") {
        getSelection().removeAllRanges();
      }
    },
    selectWords(first, last) {
      const [from, to] = [this.words[first][0], this.words[last][1]];
      const range = document.createRange();
      range.setStart(...this.nodeAt(from));
      range.setEnd(...this.nodeAt(to));
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      this.into(range);
      this.adopt();
    },
    into(range) {
      const { area } = this.$refs;
      const [{ top, bottom }, around] = [range.getBoundingClientRect(), area.getBoundingClientRect()];
      if (top < around.top || bottom > around.bottom) area.scrollTop += top - around.top - area.clientHeight / 3;
      const now = range.getBoundingClientRect();
      if (now.top < 80 || now.bottom > innerHeight - 80) scrollBy({ top: now.top - innerHeight / 3 });
    },
    // The text node that holds a place of the text, and how far into it.
    nodeAt(place) {
      const texts = document.createTreeWalker(this.$refs.area, NodeFilter.SHOW_TEXT);
      let left = place;
      let node = texts.nextNode();
      while (node && left > node.length) {
        left -= node.length;
        node = texts.nextNode() ?? node;
      }
      return [node, left];
    },
    commentHere() {
      if (!this.picked) return;
      const [from, to] = this.picked.map((place) => [...this.text.slice(0, place)].length);
      const quote = this.text.slice(...this.picked);
      this.picked = null;
      getSelection().removeAllRanges();
      this.board.ask({ at: "written", from, to, quote }, this.$refs.area);
    },
    showPlace({ id }) {
      const mark = this.$refs.area?.querySelector(`[data-ids~="${id}"]`);
      if (mark) mark.scrollIntoView({ block: "center" });
    },
    toComment(id) {
      goToComment(this.board, id);
    },
  },
};

// Python counts whole characters, and a browser halves of some.
function placesOfLetters(text) {
  const places = [0];
  for (const letter of text) places.push(places.at(-1) + letter.length);
  return (letter) => places[Math.min(letter, places.length - 1)];
}
