// Finding words in a transcript: every place is marked, and one after the other is shown.
import { fold } from "cim-desk/words.js";

export default {
  data() {
    return { wanted: this.find ?? "", hit: 0 };
  },
  computed: {
    // All words folded, one blank between, and which unit each place of that text belongs to.
    folded() {
      let text = " ";
      const owners = [-1];
      for (const unit of this.units) {
        const part = fold(unit.t);
        if (!part) continue;
        text += `${part} `;
        for (let n = 0; n <= part.length; n += 1) owners.push(unit.i);
      }
      return { text, owners };
    },
    hits() {
      const wanted = fold(this.wanted);
      if (!wanted) return [];
      const { text, owners } = this.folded;
      const hits = [];
      for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
        hits.push([...new Set(owners.slice(from, from + wanted.length))]);
      }
      return hits;
    },
    inHit() {
      return new Set(this.hits.flat());
    },
    hitNow() {
      return new Set(this.hits[this.hit] ?? []);
    },
    counted() {
      if (!fold(this.wanted)) return "";
      if (!this.hits.length) return this.labels.nothing;
      return this.labels.count.replace("{number}", this.hit + 1).replace("{all}", this.hits.length);
    },
  },
  watch: {
    wanted() {
      this.hit = 0;
      this.show(this.hits[0]?.[0]);
    },
  },
  methods: {
    step(by) {
      if (!this.hits.length) return;
      this.hit = (this.hit + by + this.hits.length) % this.hits.length;
      this.show(this.hits[this.hit][0]);
    },
  },
};
