// A transcript whose words are heard by a click, follow the player, and can be put right where the student may.
export default {
  template: `
    <div class="cim-transcript">
      <div v-if="editable" class="ct-hint">{{ labels.hint }}</div>
      <p class="ct-words" :lang="language">
        <template v-for="(w, i) in words" :key="w.s + '-' + w.w"><span
          role="button" tabindex="0" :data-word="i"
          :class="{ now: i === now, unsure: w.c < unsureBelow && w.t === w.h, mended: w.t !== w.h, chosen: chosen === i, gone: !w.t }"
          :title="w.t !== w.h ? labels.heard + ' ' + w.h : null"
          @click="choose(i)" @keydown.enter.prevent="choose(i)" @keydown.space.prevent="choose(i)">{{ w.t || '—' }}</span>{{ ' ' }}</template>
      </p>
      <form v-if="editable && chosen !== null" class="ct-edit" @submit.prevent="save">
        <label>{{ labels.mend }} <q>{{ words[chosen].h }}</q>
          <input ref="input" v-model="draft" :lang="language" autocomplete="off" spellcheck="true" data-test="correct-word" maxlength="200">
        </label>
        <div class="ct-buttons">
          <button type="submit" class="ct-save" data-test="save-word">{{ labels.save }}</button>
          <button type="button" class="ct-cancel" @click="chosen = null">{{ labels.cancel }}</button>
        </div>
      </form>
    </div>`,
  props: { words: Array, player: String, editable: Boolean, language: String, labels: Object, unsureBelow: Number },
  data() {
    return { now: -1, chosen: null, draft: "" };
  },
  mounted() {
    this.follow = () => {
      const at = this.media?.currentTime ?? -1;
      this.now = this.words.findIndex((w) => at >= w.a && at < w.b);
    };
    this.media = document.getElementById(this.player);
    this.media?.addEventListener("timeupdate", this.follow);
  },
  unmounted() {
    this.media?.removeEventListener("timeupdate", this.follow);
  },
  methods: {
    choose(i) {
      if (this.media) {
        this.media.currentTime = this.words[i].a;
        this.media.play().catch(() => {});
      }
      if (!this.editable) return;
      this.chosen = i;
      this.draft = this.words[i].t;
      this.$nextTick(() => this.$refs.input?.focus({ preventScroll: false }));
    },
    save() {
      const word = this.words[this.chosen];
      this.$emit("correct", { segment: word.s, word: word.w, text: this.draft });
      this.chosen = null;
    },
  },
};
