// A translation sentence by sentence: a click plays from there, and the one that is being said is marked.
import { clock } from "cim-desk/words.js";

export default {
  template: `
    <div class="cim-transcript">
      <div class="ct-words" ref="area" lang="en" data-test="in-english">
        <p v-for="part in parts" :key="part.from" class="ct-part"><button type="button" class="ct-clock"
            :aria-label="labels.playFrom + ' ' + part.clock" @click="play(part.from)">{{ part.clock }}</button>
          <template v-for="one in part.sentences" :key="one.n"><span class="ct-sentence" :data-sentence="one.n"
              @click="play(one.a)">{{ one.t }}</span>{{ ' ' }}</template>
        </p>
      </div>
    </div>`,
  props: { sentences: Array, breaks: Array, player: String, labels: Object },
  computed: {
    parts() {
      const starts = new Set(this.breaks);
      const parts = [];
      this.sentences.forEach((sentence, n) => {
        if (!parts.length || starts.has(n)) parts.push({ from: sentence.a, clock: clock(sentence.a), sentences: [] });
        parts.at(-1).sentences.push({ ...sentence, n });
      });
      return parts;
    },
  },
  mounted() {
    this.sound = document.getElementById(this.player);
    this.follow = () => this.light();
    this.sound?.addEventListener("timeupdate", this.follow);
  },
  unmounted() {
    this.sound?.removeEventListener("timeupdate", this.follow);
  },
  methods: {
    // Without Vue, as in the transcript: it happens four times a second.
    light() {
      const time = this.sound.currentTime;
      const n = this.sentences.findLastIndex((sentence) => sentence.a <= time);
      const isSaid = n >= 0 && time < this.sentences[n].b;
      const now = isSaid ? this.$refs.area?.querySelector(`[data-sentence="${n}"]`) : null;
      if (now === this.lit) return;
      this.lit?.removeAttribute("data-now");
      now?.setAttribute("data-now", "");
      this.lit = now;
    },
    play(seconds) {
      if (!this.sound) return;
      this.sound.currentTime = seconds;
      this.sound.play().catch(() => {});
    },
  },
};
