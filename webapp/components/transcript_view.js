// A transcript whose words are heard by a click and follow the player; its student puts them right in place, and an
// assessor comments on them.
import choosing from "cim-desk/choosing.js";
import correcting from "cim-desk/correcting.js";
import finding from "cim-desk/finding.js";
import sending from "cim-desk/sending.js";
import { clock, fold, plain } from "cim-desk/words.js";

export { fold };

export default {
  mixins: [finding, correcting, sending, choosing],
  template: `
    <div class="cim-transcript" @keydown="shortcut">
      <div class="ct-tools">
        <div class="ct-find">
          <input type="search" v-model="wanted" :placeholder="labels.find" :aria-label="labels.find" data-test="find-words"
            maxlength="100" autocomplete="off" @keydown.enter.prevent="step($event.shiftKey ? -1 : 1)">
          <span class="ct-count" role="status" data-test="found-count">{{ counted }}</span>
          <button type="button" :aria-label="labels.previous" :title="labels.previous" :disabled="!hits.length" @click="step(-1)">↑</button>
          <button type="button" :aria-label="labels.next" :title="labels.next" :disabled="!hits.length" @click="step(1)" data-test="find-next">↓</button>
        </div>
        <div class="ct-row">
          <template v-if="editable">
            <button type="button" :disabled="!undos.length" @click="undo" data-test="undo"><span aria-hidden="true">↶ </span>{{ labels.undo }}</button>
            <button type="button" :disabled="!redos.length" @click="redo" data-test="redo"><span aria-hidden="true">↷ </span>{{ labels.redo }}</button>
          </template>
          <button v-if="canComment" type="button" ref="comment" @click="commentHere" data-test="comment-here">{{ labels.commentHere }}</button>
          <button v-if="unsure.length" type="button" @click="nextUnsure" data-test="next-unsure">{{ labels.nextUnsure }} ({{ unsure.length }})</button>
          <label v-if="mended.length" class="ct-switch"><input type="checkbox" v-model="showHeard" data-test="show-heard">{{ labels.showHeard }} ({{ mended.length }})</label>
        </div>
        <div v-if="editable" class="ct-state" role="status" data-test="saved-words" :data-state="state" :class="{ bad: state === 'kept' || state === 'refused' }">{{ stateWords }}</div>
      </div>
      <details v-if="editable" class="ct-hint"><summary>{{ labels.how }}</summary>{{ labels.hint }} <span class="ct-keys">{{ labels.keys }}</span></details>
      <div class="ct-words" ref="area" :lang="language" @scroll.passive="scrolled" :class="{ choosing: canComment }" @pointerdown="beginDrawing" @pointermove="draw">
        <p v-for="part in parts" :key="part.key" class="ct-part" v-memo="[part, showHeard, hits.length && hits, hits.length && hit, ...touched(part), noted(part)]"><button type="button" class="ct-clock" tabindex="-1"
            :aria-label="labels.playFrom + ' ' + part.clock" @click="play(part.from)">{{ part.clock }}</button>
          <span v-for="u in part.units" :key="u.i" class="ct-unit">
            <del v-if="showHeard && u.mended" :lang="language">{{ u.heard }}</del>
            <input v-if="editing === u.i" :ref="(box) => { field = box }" class="ct-input" v-model="draft" :lang="language" :aria-label="labels.mend + ' ' + u.heard"
              :style="{ width: Math.max(4, draft.length + 2) + 'ch' }" autocomplete="off" autocapitalize="off" spellcheck="true" maxlength="200"
              enterkeyhint="done" data-test="correct-word" @input="typed" @keydown="inField">
            <span v-else class="ct-word" :data-word="u.i" :tabindex="at === u.i ? 0 : -1" :role="at === u.i ? 'button' : null" :title="u.title"
              :class="{ unsure: u.unsure, mended: u.mended && u.t, gone: !u.t, found: inHit.has(u.i), here: hitNow.has(u.i),
                picked: isPicked(u.i), noted: noteOf(u.i), 'noted-now': noteOf(u.i)?.ids.includes(board.chosen) }"
              @click="choose(u.i)" @keydown="onWord($event, u.i)">{{ u.t || '–' }}</span>
            <span v-if="u.mended && !showHeard" class="cim-sr">({{ u.title }})</span><button v-for="one in noteOf(u.i)?.ends" :key="one.id" type="button"
              class="ct-note" data-test="mark" :data-n="one.n" :aria-label="labels.comment + ' ' + one.n" :lang="labels.language" @click="toComment(one.id)"></button>{{ ' ' }}
          </span>
        </p>
      </div>
      <p v-if="canComment" class="cim-sr" role="status">{{ chosenWords && labels.chosen + ' ' + chosenWords }}</p>
      <button v-if="canComment && picked" type="button" class="ct-pill" :style="pill" @mousedown.prevent @click="commentHere"
        data-test="comment-picked">{{ labels.commentHere }}</button>
      <form v-if="editable && unit" class="ct-edit" ref="edit" :style="place" :lang="labels.language" @submit.prevent="commit" @keydown.esc.stop.prevent="cancel">
        <p><span>{{ labels.heard }}</span> <q :lang="language">{{ unit.heard }}</q></p>
        <div class="ct-buttons">
          <button type="submit" class="ct-save" data-test="save-word">{{ labels.save }}</button>
          <button type="button" @click="hear" data-test="hear-word">{{ labels.hear }}</button>
          <button type="button" @click="join" :disabled="!following" data-test="join-words">{{ labels.join }}</button>
          <button type="button" @click="addAfter" data-test="add-word">{{ labels.add }}</button>
          <button type="button" @click="leaveOut" data-test="leave-out">{{ labels.leaveOut }}</button>
          <button v-if="unit.mended" type="button" @click="restore" data-test="machines-word">{{ labels.restore }}</button>
          <button type="button" @click="cancel" data-test="cancel-word">{{ labels.cancel }}</button>
        </div>
      </form>
    </div>`,
  props: {
    words: Array, breaks: Array, player: String, editable: Boolean, language: String, labels: Object, media: String,
    transcript: String, find: String, version: String,
  },
  data() {
    return { held: plain(this.words), at: 0 };
  },
  computed: {
    // What is shown as one word: a heard word, with those that were joined to it.
    units() {
      const units = [];
      this.held.forEach((word, i) => {
        const before = units.at(-1);
        if (word.j && before) {
          before.heard += ` ${word.h}`;
          before.b = word.b;
          before.last = i;
        } else {
          units.push({ i, last: i, t: word.t, heard: word.h, a: word.a, b: word.b, unsure: word.u });
        }
      });
      for (const unit of units) {
        unit.mended = unit.t !== unit.heard;
        unit.title = unit.mended ? `${this.labels.heard} ${unit.heard}` : unit.unsure ? this.labels.unsure : null;
      }
      return this.kept(units);
    },
    places() {
      return new Map(this.units.map((unit, place) => [unit.i, place]));
    },
    parts() {
      const starts = new Set(this.breaks);
      const parts = [];
      for (const unit of this.units) {
        const begins = !parts.length || Array.from({ length: unit.last - unit.i + 1 }, (_, n) => unit.i + n).some((i) => starts.has(i));
        if (begins) parts.push({ key: unit.i, from: unit.a, clock: clock(unit.a), units: [] });
        parts.at(-1).units.push(unit);
      }
      return this.keptParts(parts);
    },
    unsure() {
      return this.units.filter((unit) => unit.unsure);
    },
  },
  watch: {
    words(words) {
      this.certain = words;
      this.held = this.overlaid(words);
    },
  },
  created() {
    // What the server has said last.
    this.certain = this.words;
  },
  mounted() {
    this.sound = document.getElementById(this.player);
    this.follow = () => this.light();
    this.sound?.addEventListener("timeupdate", this.follow);
    this.online = () => this.send();
    window.addEventListener("online", this.online);
    if (this.editable) this.takeUp();
    if (this.hits.length) this.$nextTick(() => this.show(this.hits[0][0]));
  },
  unmounted() {
    this.sound?.removeEventListener("timeupdate", this.follow);
    window.removeEventListener("online", this.online);
    clearTimeout(this.again);
    this.isGone = true;
  },
  methods: {
    // Objects that say the same stay the same, so that only what changed is drawn again.
    kept(units) {
      const before = this.unitsBefore ?? new Map();
      const same = (one, other) => other && Object.keys(one).every((key) => one[key] === other[key]);
      const result = units.map((unit) => (same(unit, before.get(unit.i)) ? before.get(unit.i) : unit));
      this.unitsBefore = new Map(result.map((unit) => [unit.i, unit]));
      return result;
    },
    keptParts(parts) {
      const before = this.partsBefore ?? new Map();
      const same = (one, other) => other && one.units.length === other.units.length && one.units.every((unit, n) => unit === other.units[n]);
      const result = parts.map((part) => (same(part, before.get(part.key)) ? before.get(part.key) : part));
      this.partsBefore = new Map(result.map((part) => [part.key, part]));
      return result;
    },
    // What of a paragraph is in hand now: a paragraph without it is not drawn again.
    touched({ units }) {
      const holds = (i) => i !== null && i >= units[0].i && i <= units.at(-1).last;
      return [holds(this.at) ? this.at : null, holds(this.editing) ? this.editing : null, holds(this.editing) ? this.draft : null];
    },
    element(i) {
      return this.$refs.area?.querySelector(`[data-word="${i}"]`);
    },
    // Marked without Vue: four times a second, in a text that may have twenty thousand words.
    light() {
      const time = this.sound.currentTime;
      let low = 0;
      let high = this.units.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.units[middle].a <= time) low = middle + 1;
        else high = middle;
      }
      const unit = this.units[low - 1];
      const now = unit && time < unit.b ? this.element(unit.i) : null;
      if (now === this.lit) return;
      this.lit?.removeAttribute("data-now");
      now?.setAttribute("data-now", "");
      this.lit = now;
      if (now && this.editing === null && !this.sound.paused) this.into(now);
    },
    // Moves the words and never the page, which the reader may be looking at elsewhere.
    into(element) {
      const area = this.$refs.area;
      const top = element.getBoundingClientRect().top - area.getBoundingClientRect().top;
      if (top < 0 || top > area.clientHeight - 40) area.scrollTop += top - area.clientHeight / 3;
    },
    play(seconds) {
      if (!this.sound) return;
      this.sound.currentTime = seconds;
      this.sound.play().catch(() => {});
    },
    show(i) {
      if (i === undefined) return;
      this.at = i;
      const element = this.element(i);
      if (element) this.into(element);
    },
    nextUnsure() {
      const from = this.editing ?? this.at;
      if (this.editing !== null) this.commit();
      const next = this.unsure.find((unit) => unit.i > from) ?? this.unsure[0];
      if (!next) return;
      this.show(next.i);
      this.choose(next.i);
      if (!this.editable) this.element(next.i)?.focus();
    },
    scrolled() {
      this.put(false);
      this.putPill();
    },
    choose(i) {
      this.at = i;
      this.unpick();
      this.play(this.units[this.places.get(i)].a);
      this.open(i);
    },
    onWord(event, i) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const place = this.places.get(i);
      const first = (part) => part?.units[0].i;
      const part = this.parts.findIndex((one) => one.units.some((unit) => unit.i === i));
      const moves = {
        ArrowRight: () => this.units[place + 1]?.i, ArrowLeft: () => this.units[place - 1]?.i, Home: () => this.units[0].i,
        End: () => this.units.at(-1).i, ArrowDown: () => first(this.parts[part + 1]), ArrowUp: () => first(this.parts[part - 1]),
      };
      if (moves[event.key]) {
        event.preventDefault();
        const to = moves[event.key]();
        if (to === undefined) return;
        if (event.shiftKey && this.canComment) this.stretch(place, this.places.get(to));
        else this.unpick();
        this.show(to);
        this.$nextTick(() => this.element(to)?.focus({ preventScroll: true }));
      } else if (event.key === "Escape" && this.picked) {
        event.preventDefault();
        this.unpick();
      } else if (event.key === "Enter" && this.editable) {
        event.preventDefault();
        this.open(i);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (event.key === " " && this.sound && !this.sound.paused) this.sound.pause();
        else this.play(this.units[place].a);
      } else if ((event.key === "Delete" || event.key === "Backspace") && this.editable) {
        event.preventDefault();
        this.write([{ i, t: "", j: false }]);
      }
    },
    focusWord() {
      this.$nextTick(() => this.element(this.at)?.focus({ preventScroll: true }));
    },
  },
};
