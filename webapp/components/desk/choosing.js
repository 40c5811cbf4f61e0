// Words of a transcript are chosen with the mouse or with Shift and the arrows, and an assessor comments on them; what
// was said at its place is marked there with its number.
import { boardOf, commentsOn, goToComment } from "cim-desk/board.js";

export default {
  data() {
    return { picked: null, pill: {} };
  },
  computed: {
    board() {
      return this.version ? boardOf(this.version) : null;
    },
    canComment() {
      return Boolean(this.board?.ask);
    },
    // By word: the comments that it belongs to, and those that end there. An object says the same in a paragraph
    // without any, so that it is not drawn again.
    marks() {
      const marks = new Map();
      if (!this.board) return marks;
      for (const { comment, n } of commentsOn(this.board)) {
        if (comment.at !== "spoken") continue;
        const [first, last] = this.placesFrom(comment.a, comment.b);
        for (let place = first; place >= 0 && place <= last; place += 1) {
          const { i } = this.units[place];
          if (!marks.has(i)) marks.set(i, { ids: [], ends: [], key: "" });
          const mark = marks.get(i);
          mark.ids.push(comment.id);
          if (place === last) mark.ends.push({ id: comment.id, n });
          mark.key += `${n}${place === last ? "." : " "}`;
        }
      }
      return marks;
    },
    chosenWords() {
      if (!this.picked) return "";
      const [first, last] = this.picked;
      return this.units.slice(first, last + 1).map(({ t }) => t).filter(Boolean).join(" ");
    },
  },
  mounted() {
    if (this.board) this.board.views.transcript = this;
  },
  unmounted() {
    if (this.board?.views.transcript === this) delete this.board.views.transcript;
  },
  methods: {
    // The first and the last place of what is said between two seconds; of a moment the word that is said then.
    placesFrom(a, b) {
      let first = this.units.findIndex((unit) => unit.b > a + 0.01);
      if (first < 0) first = this.units.length - 1;
      let last = first;
      while (last + 1 < this.units.length && this.units[last + 1].a < b - 0.01) last += 1;
      return [first, last];
    },
    isPicked(i) {
      if (!this.picked) return false;
      const place = this.places.get(i);
      return place >= this.picked[0] && place <= this.picked[1];
    },
    // What of a paragraph is chosen or commented on, as one word for `v-memo`.
    noted({ units }) {
      if (!this.marks.size && !this.picked) return "";
      const chosen = this.board?.chosen;
      return units.map(({ i }) => {
        const mark = this.marks.get(i);
        return `${this.isPicked(i) ? "p" : ""}${mark ? mark.key + (mark.ids.includes(chosen) ? "!" : "") : ""}`;
      }).join("|");
    },
    noteOf(i) {
      return this.marks.get(i);
    },
    // Drawing with the mouse from one word to another; a finger scrolls.
    beginDrawing(event) {
      this.drawnFrom = null;
      if (!this.canComment || event.button !== 0 || event.pointerType === "touch") return;
      this.drawnFrom = this.placeUnder(event);
    },
    draw(event) {
      if (this.drawnFrom === null || this.drawnFrom === undefined) return;
      const to = event.buttons & 1 ? this.placeUnder(event) : null;
      if (!(event.buttons & 1)) this.drawnFrom = null;
      else if (to !== null && (to !== this.drawnFrom || this.picked)) this.pick(this.drawnFrom, to);
    },
    placeUnder({ target }) {
      const word = target.closest?.(".ct-word");
      return word ? this.places.get(Number(word.dataset.word)) : null;
    },
    pick(first, last) {
      this.picked = [Math.min(first, last), Math.max(first, last)];
      this.$nextTick(() => this.putPill());
    },
    unpick() {
      this.picked = null;
      this.root = undefined;
    },
    // Shift and an arrow: from the word that has the focus on.
    stretch(place, to) {
      this.root ??= place;
      this.pick(this.root, to);
    },
    putPill() {
      const last = this.picked && this.element(this.units[this.picked[1]].i);
      if (!last) return;
      const [word, around] = [last.getBoundingClientRect(), this.$el.getBoundingClientRect()];
      const left = Math.max(0, Math.min(word.left - around.left, around.width - 190));
      this.pill = { top: `${word.bottom - around.top + 4}px`, left: `${left}px` };
    },
    // On what is chosen, on the moment that is being heard, or while nothing plays on the word that has the focus.
    commentHere() {
      if (!this.canComment) return;
      const focused = document.activeElement?.closest?.(".ct-word");
      if (!this.picked && this.sound?.paused !== false && focused && this.$el.contains(focused)) {
        const place = this.places.get(Number(focused.dataset.word));
        this.pick(place, place);
      }
      const [first, last] = this.picked ?? [];
      const now = this.sound?.currentTime ?? 0;
      const [a, b] = this.picked ? [this.units[first].a, this.units[last].b] : [now, now];
      const back = this.picked ? this.element(this.units[last].i) : this.$refs.comment;
      const quote = this.chosenWords;
      this.sound?.pause();
      this.unpick();
      this.board.ask({ at: "spoken", a: seconds(a), b: seconds(Math.max(a, b)), quote }, back);
    },
    showPlace({ a, b }) {
      if (this.units.length) this.show(this.units[this.placesFrom(a, b)[0]].i);
    },
    toComment(id) {
      goToComment(this.board, id);
    },
  },
};

function seconds(value) {
  return Math.round(value * 100) / 100;
}
