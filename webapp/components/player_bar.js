// Goes back a little, plays faster or slower, and listens to keys. The speed is this person's, on this device.
//
// Keys never fire where somebody types, nor outside the player and its transcript unless nothing has the focus; and
// who speaks to their computer can turn them off, since what is said may sound like letters.
import { boardOf } from "cim-desk/board.js";

const SPEEDS = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const STEP_SECONDS = 5;
const TYPED_INTO = "input, textarea, select, [contenteditable=true]";
const HAS_OWN_SPACE = "button, a, summary, audio, video, [role=button], [role=checkbox]";
const HAS_OWN_ARROWS = "audio, video, [data-word], [role=slider], [role=menu], .cw-text";

// Of several players on a page the one that was used last hears the keys that nothing else has the focus for.
let current = null;

export default {
  template: `
    <div class="cim-player-bar" role="group" :aria-label="labels.bar">
      <div class="cp-row">
        <button type="button" @click="skip(-1)" :aria-label="labels.back" :title="labels.back" data-test="skip-back"><span aria-hidden="true">−5 s</span></button>
        <button type="button" @click="skip(1)" :aria-label="labels.forward" :title="labels.forward" data-test="skip-forward"><span aria-hidden="true">+5 s</span></button>
        <span class="cp-speed">
          <button type="button" @click="change(-1)" :aria-label="labels.slower" :title="labels.slower" data-test="slower"><span aria-hidden="true">−</span></button>
          <span role="status" data-test="speed"><span class="cim-sr">{{ labels.speed }} </span>{{ speed }}×</span>
          <button type="button" @click="change(1)" :aria-label="labels.faster" :title="labels.faster" data-test="faster"><span aria-hidden="true">+</span></button>
        </span>
        <button v-if="board.ask && !board.views.transcript" type="button" ref="comment" @click="comment" data-test="comment-here">{{ labels.commentHere }}</button>
        <button type="button" class="cp-help" @click="isOpen = !isOpen" :aria-expanded="String(isOpen)" data-test="keys-help">{{ labels.help }} <kbd aria-hidden="true">?</kbd></button>
      </div>
      <div v-if="isOpen" class="cp-keys" data-test="keys">
        <p>{{ labels.single }}</p>
        <dl><template v-for="[key, words] in keys" :key="key"><dt><kbd>{{ key }}</kbd></dt><dd>{{ words }}</dd></template></dl>
        <label class="ct-switch"><input type="checkbox" v-model="hears" data-test="keys-on">{{ labels.on }}</label>
      </div>
    </div>`,
  props: { player: String, version: String, person: String, keys: Array, labels: Object },
  data() {
    return { speed: 1, isOpen: false, hears: true };
  },
  computed: {
    board() {
      return boardOf(this.version);
    },
  },
  watch: {
    hears(hears) {
      this.remember("keys", hears ? "" : "off");
    },
  },
  mounted() {
    this.sound = document.getElementById(this.player);
    this.region = this.$el.closest(".cim-listening") ?? this.$el;
    this.hears = this.remembered("keys") !== "off";
    this.setSpeed(Number(this.remembered("speed")) || 1);
    this.sound?.addEventListener("play", this.use);
    this.sound?.addEventListener("ratechange", this.adopt);
    document.addEventListener("keydown", this.press);
    current ??= this;
  },
  unmounted() {
    this.sound?.removeEventListener("play", this.use);
    this.sound?.removeEventListener("ratechange", this.adopt);
    document.removeEventListener("keydown", this.press);
    if (current === this) current = null;
  },
  methods: {
    use() {
      current = this;
    },
    skip(by) {
      if (!this.sound) return;
      const { duration } = this.sound;
      this.sound.currentTime = Math.min(Math.max(0, this.sound.currentTime + by * STEP_SECONDS), duration || Infinity);
    },
    toggle() {
      if (this.sound?.paused) this.sound.play().catch(() => {});
      else this.sound?.pause();
    },
    change(by) {
      const next = by > 0 ? SPEEDS.find((speed) => speed > this.speed) : SPEEDS.findLast((speed) => speed < this.speed);
      if (next) this.setSpeed(next);
    },
    setSpeed(speed) {
      this.speed = Math.min(Math.max(speed, SPEEDS[0]), SPEEDS.at(-1));
      if (this.sound) this.sound.defaultPlaybackRate = this.sound.playbackRate = this.speed;
      this.remember("speed", this.speed);
    },
    // The browser's own menu changes it too.
    adopt() {
      if (this.sound.playbackRate !== this.speed) this.setSpeed(this.sound.playbackRate);
    },
    press(event) {
      if (!this.hears || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !this.isMine(event.target)) return;
      const { target, key } = event;
      const acts = {
        k: () => this.toggle(), j: () => this.skip(-1), l: () => this.skip(1), "-": () => this.change(-1), "<": () => this.change(-1),
        "+": () => this.change(1), ">": () => this.change(1), n: () => this.board.views.transcript?.nextUnsure(),
        c: () => this.comment(), "?": () => { this.isOpen = !this.isOpen; },
      };
      // Until it has been played, the space bar scrolls the page as everywhere.
      const isUsed = this.region.contains(target) || this.sound?.currentTime > 0;
      if (isUsed && !target.closest(HAS_OWN_SPACE)) acts[" "] = () => this.toggle();
      if (!target.closest(HAS_OWN_ARROWS)) Object.assign(acts, { ArrowLeft: () => this.skip(-1), ArrowRight: () => this.skip(1) });
      const act = acts[key.length > 1 ? key : key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    },
    isMine(target) {
      if (!target?.closest || target.closest(TYPED_INTO)) return false;
      return this.region.contains(target) || (target === document.body && current === this);
    },
    comment() {
      const { ask, views } = this.board;
      if (!ask) return;
      if (views.transcript) {
        views.transcript.commentHere();
        return;
      }
      const now = Math.round((this.sound?.currentTime ?? 0) * 100) / 100;
      this.sound?.pause();
      ask({ at: "spoken", a: now, b: now, quote: "" }, this.$refs.comment);
    },
    remember(what, value) {
      try {
        localStorage.setItem(`cim.${what}.${this.person}`, value);
      } catch {
        // Then it is chosen again the next time.
      }
    },
    remembered(what) {
      try {
        return localStorage.getItem(`cim.${what}.${this.person}`);
      } catch {
        return null;
      }
    },
  },
};
