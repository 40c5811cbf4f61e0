// Sentences that are kept to be used again. A click puts one into the comment at the cursor; what is kept and forgotten
// is shown from what the server says afterwards.
const MANY = 6;

export default {
  inject: ["assessment"],
  template: `
    <div class="cim-sentences">
      <div class="cs-row">
        <button type="button" :aria-expanded="isOpen" data-test="sentences" @click="open">{{ labels.open }}<span v-if="sentences.length"> ({{ sentences.length }})</span></button>
        <button type="button" data-test="keep-sentence" @mousedown.prevent @click="keep">{{ labels.keep }}</button>
      </div>
      <div v-if="isOpen" class="cs-list" role="group" :aria-label="labels.open" @keydown.esc="close">
        <input v-if="isLong" ref="search" v-model="wanted" type="search" :placeholder="labels.search" :aria-label="labels.search" data-test="search-sentences">
        <ul v-if="found.length">
          <li v-for="one in found" :key="one.id">
            <template v-if="asked === one.id">
              <span class="cs-asked">{{ labels.sure }}</span>
              <button type="button" data-test="confirm-forget" @click="forget(one)">{{ labels.forget }}</button>
              <button type="button" @click="asked = null">{{ labels.cancel }}</button>
            </template>
            <template v-else>
              <button type="button" class="cs-use" data-test="use-sentence" @mousedown.prevent @click="use(one)">{{ one.text }}</button>
              <button type="button" class="cs-forget" :aria-label="labels.forget + ': ' + one.text" data-test="forget-sentence" @click="asked = one.id">×</button>
            </template>
          </li>
        </ul>
        <p v-else>{{ sentences.length ? labels.notFound : labels.none }}</p>
      </div>
      <div class="ct-state" role="status" data-test="sentences-state">{{ said }}</div>
    </div>`,
  props: { sentences: Array, labels: Object },
  data() {
    return { isOpen: false, wanted: "", asked: null, said: "" };
  },
  computed: {
    isLong() {
      return this.sentences.length > MANY;
    },
    found() {
      const words = this.isLong ? this.wanted.toLowerCase().split(/\s+/).filter(Boolean) : [];
      return this.sentences.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
    },
  },
  methods: {
    open() {
      this.isOpen = !this.isOpen;
      this.said = "";
      if (this.isOpen) this.$nextTick(() => this.$refs.search?.focus());
    },
    close() {
      this.isOpen = false;
      this.$el.querySelector("button").focus();
    },
    use(one) {
      this.assessment.insert(one.text);
      this.$emit("use", { id: one.id });
    },
    keep() {
      this.said = "";
      this.$emit("keep", { text: this.assessment.marked() });
    },
    forget(one) {
      this.asked = null;
      this.$emit("forget", { id: one.id });
      this.$el.querySelector("button").focus();
    },
    tell(words) {
      this.said = words;
    },
  },
};
