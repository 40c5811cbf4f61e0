// A transcript whose words are heard by a click and follow the player; its student puts them right in place.
//
// Corrections go by HTTP and not through the page's socket: each is kept on this device until the server has it, so
// that none is lost with a connection, and the answer is what the screen shows then.
const RETRY_MS = [2000, 5000, 15000, 30000];
const OWN_LETTERS = { å: "å", ä: "ä", ö: "ö", æ: "ä", ø: "ö" };

// As transcription/finding.py: small letters, no accents but those of å, ä and ö, nothing but letters and digits.
export function fold(text) {
  const letters = Array.from(text.normalize("NFC").toLowerCase(), (letter) =>
    OWN_LETTERS[letter] ?? letter.normalize("NFD").replace(/\p{M}/gu, ""));
  return letters.join("").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

export default {
  template: `
    <div class="cim-transcript" @keydown="shortcut">
      <div class="ct-tools">
        <div class="ct-find" role="search">
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
          <button v-if="unsure.length" type="button" @click="nextUnsure" data-test="next-unsure">{{ labels.nextUnsure }} ({{ unsure.length }})</button>
          <label v-if="mended.length" class="ct-switch"><input type="checkbox" v-model="showHeard" data-test="show-heard">{{ labels.showHeard }} ({{ mended.length }})</label>
        </div>
        <div v-if="editable" class="ct-state" role="status" data-test="saved-words" :data-state="state" :class="{ bad: state === 'kept' || state === 'refused' }">{{ stateWords }}</div>
      </div>
      <details v-if="editable" class="ct-hint"><summary>{{ labels.how }}</summary>{{ labels.hint }} <span class="ct-keys">{{ labels.keys }}</span></details>
      <div class="ct-words" ref="area" :lang="language" @scroll.passive="put(false)">
        <p v-for="part in parts" :key="part.key" class="ct-part" v-memo="[part, showHeard, hits.length && hits, hits.length && hit, ...touched(part)]"><button type="button" class="ct-clock" tabindex="-1"
            :aria-label="labels.playFrom + ' ' + part.clock" @click="play(part.from)">{{ part.clock }}</button>
          <span v-for="u in part.units" :key="u.i" class="ct-unit">
            <del v-if="showHeard && u.mended" :lang="language">{{ u.heard }}</del>
            <input v-if="editing === u.i" :ref="(box) => { field = box }" class="ct-input" v-model="draft" :lang="language" :aria-label="labels.mend + ' ' + u.heard"
              :style="{ width: Math.max(4, draft.length + 2) + 'ch' }" autocomplete="off" autocapitalize="off" spellcheck="true" maxlength="200"
              enterkeyhint="done" data-test="correct-word" @input="typed" @keydown="inField">
            <span v-else class="ct-word" :data-word="u.i" :tabindex="at === u.i ? 0 : -1" :role="at === u.i ? 'button' : null" :title="u.title"
              :class="{ unsure: u.unsure, mended: u.mended && u.t, gone: !u.t, found: inHit.has(u.i), here: hitNow.has(u.i) }"
              @click="choose(u.i)" @keydown="onWord($event, u.i)">{{ u.t || '–' }}</span>
            <span v-if="u.mended && !showHeard" class="cim-sr">({{ u.title }})</span>{{ ' ' }}
          </span>
        </p>
      </div>
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
    transcript: String, find: String,
  },
  data() {
    return {
      held: plain(this.words), pending: [], undos: [], redos: [], at: 0, editing: null, draft: "", showHeard: false,
      wanted: this.find ?? "", hit: 0, state: "", refusal: "", place: {},
    };
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
    unit() {
      return this.editing === null ? null : this.units[this.places.get(this.editing)];
    },
    following() {
      return this.unit && this.units[this.places.get(this.editing) + 1];
    },
    unsure() {
      return this.units.filter((unit) => unit.unsure);
    },
    mended() {
      return this.units.filter((unit) => unit.mended);
    },
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
    stateWords() {
      return { saving: this.labels.saving, saved: this.labels.saved, kept: this.labels.kept, signedOut: this.labels.signedOut,
        refused: this.refusal }[this.state] ?? "";
    },
  },
  watch: {
    words(words) {
      this.certain = words;
      this.held = this.overlaid(words);
    },
    wanted() {
      this.hit = 0;
      this.show(this.hits[0]?.[0]);
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
    step(by) {
      if (!this.hits.length) return;
      this.hit = (this.hit + by + this.hits.length) % this.hits.length;
      this.show(this.hits[this.hit][0]);
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
    choose(i) {
      this.at = i;
      this.play(this.units[this.places.get(i)].a);
      this.open(i);
    },
    open(i) {
      if (!this.editable) return;
      if (this.editing !== null && this.editing !== i) this.commit();
      this.at = i;
      this.editing = i;
      this.draft = this.unit.t;
      this.keep();
      this.$nextTick(() => {
        if (this.field) this.into(this.field);
        this.field?.focus({ preventScroll: true });
        this.field?.select();
        this.put();
      });
    },
    // Lays the buttons under the word, inside the width of the words.
    put(isNew = true) {
      const { edit } = this.$refs;
      if (!this.field || !edit) return;
      const word = this.field.getBoundingClientRect();
      const around = this.$el.getBoundingClientRect();
      const left = Math.min(word.left - around.left, around.width - edit.offsetWidth);
      this.place = { top: `${word.bottom - around.top + 6}px`, left: `${Math.max(0, left)}px` };
      if (isNew) this.$nextTick(() => edit.scrollIntoView({ block: "nearest" }));
    },
    typed() {
      this.sound?.pause();
      this.keep();
      this.$nextTick(() => this.put());
    },
    inField(event) {
      const { key, target } = event;
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
      const caret = target.selectionStart === target.selectionEnd ? target.selectionStart : null;
      const go = (by) => {
        const next = this.units[this.places.get(this.editing) + by];
        if (!next) return;
        event.preventDefault();
        this.commit();
        this.open(next.i);
      };
      if (key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.commit();
        this.focusWord();
      } else if (key === "Escape") {
        event.preventDefault();
        this.cancel();
      } else if (key === "Tab") {
        go(event.shiftKey ? -1 : 1);
      } else if (key === "ArrowRight" && isPlain && caret === this.draft.length) {
        go(1);
      } else if (key === "ArrowLeft" && isPlain && caret === 0) {
        go(-1);
      } else if (key === "ArrowDown" && isPlain) {
        event.preventDefault();
        this.$refs.edit.querySelector("button").focus();
      } else if (key === "Delete" && isPlain && caret === this.draft.length && this.draft) {
        event.preventDefault();
        this.join();
      }
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
        this.show(to);
        this.$nextTick(() => this.element(to)?.focus({ preventScroll: true }));
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
    shortcut(event) {
      const key = event.key.toLowerCase();
      if (!this.editable || !(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
      if (event.target.type === "search") return;
      // What is being typed is undone by the field itself.
      if (this.unit && this.draft !== this.unit.t) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.redo();
      else this.undo();
    },
    focusWord() {
      this.$nextTick(() => this.element(this.at)?.focus({ preventScroll: true }));
    },
    commit() {
      const { unit } = this;
      if (!unit) return;
      const text = this.draft.trim().replace(/\s+/g, " ");
      this.editing = null;
      this.keep();
      if (text !== unit.t) this.write([{ i: unit.i, t: text, j: false }]);
      // Whoever looked at a guess and saved it says that it is right.
      else if (unit.unsure) this.apply([{ i: unit.i, t: text, j: false }]);
    },
    cancel() {
      this.editing = null;
      this.keep();
      this.focusWord();
    },
    hear() {
      this.play(Math.max(0, this.unit.a - 0.6));
      this.field?.focus({ preventScroll: true });
    },
    join() {
      const { unit, following } = this;
      if (!following) return;
      const text = (this.draft.trim() + following.t).replace(/\s+/g, " ");
      this.write([{ i: unit.i, t: text, j: false }, { i: following.i, t: "", j: true }]);
      this.draft = text;
      this.keep();
      this.$nextTick(() => {
        this.field?.focus({ preventScroll: true });
        this.put();
      });
    },
    addAfter() {
      this.draft = `${this.draft.trim()} `;
      this.$nextTick(() => {
        this.field?.focus({ preventScroll: true });
        this.field?.setSelectionRange(this.draft.length, this.draft.length);
        this.put();
      });
    },
    leaveOut() {
      this.draft = "";
      this.commit();
      this.focusWord();
    },
    restore() {
      const { unit } = this;
      this.editing = null;
      const places = Array.from({ length: unit.last - unit.i + 1 }, (_, n) => unit.i + n);
      this.write(places.map((i) => ({ i, t: this.held[i].h, j: false })));
      this.focusWord();
    },
    write(changes) {
      const before = changes.map(({ i }) => ({ i, t: this.held[i].t, j: this.held[i].j }));
      this.undos.push({ before, after: changes });
      this.redos = [];
      this.apply(changes);
    },
    undo() {
      const step = this.undos.pop();
      if (!step) return;
      this.editing = null;
      this.redos.push(step);
      this.apply(step.before);
      this.show(step.before[0].i);
    },
    redo() {
      const step = this.redos.pop();
      if (!step) return;
      this.editing = null;
      this.undos.push(step);
      this.apply(step.after);
      this.show(step.after[0].i);
    },
    apply(changes) {
      this.pending = this.pending.concat(changes);
      this.held = this.overlaid(this.held);
      this.keep();
      this.send();
    },
    overlaid(words) {
      return plain(words, this.pending);
    },
    // What the server does not have yet outlives this page, and with it the browser.
    keep() {
      const kept = { pending: this.pending, draft: this.editing === null ? null : { i: this.editing, text: this.draft } };
      try {
        if (kept.pending.length || kept.draft) localStorage.setItem(this.shelf(), JSON.stringify(kept));
        else localStorage.removeItem(this.shelf());
      } catch {
        // A browser that keeps nothing still sends everything.
      }
    },
    shelf() {
      return `cim.words.${this.transcript}`;
    },
    takeUp() {
      let kept = null;
      try {
        kept = JSON.parse(localStorage.getItem(this.shelf()));
      } catch {
        return;
      }
      if (!kept) return;
      this.pending = (kept.pending ?? []).filter(({ i }) => i in this.held);
      this.held = this.overlaid(this.held);
      if (kept.draft && this.places.has(kept.draft.i)) {
        this.at = kept.draft.i;
        this.editing = kept.draft.i;
        this.draft = kept.draft.text;
        this.$nextTick(() => this.put());
      }
      this.send();
    },
    async send() {
      clearTimeout(this.again);
      if (this.isSending || !this.pending.length || this.isGone) return;
      this.isSending = true;
      const sent = this.pending.slice(0, 100);
      // While nothing can be sent the words about that stay: flickering would be read aloud each time.
      if (this.state !== "kept") this.state = "saving";
      try {
        await this.settle(await this.ask(sent), sent);
      } catch {
        this.state = "kept";
      }
      this.isSending = false;
      if (!this.pending.length || this.state === "signedOut") return;
      this.tries = this.state === "kept" ? (this.tries ?? 0) + 1 : 0;
      this.again = setTimeout(() => this.send(), this.tries ? RETRY_MS[Math.min(this.tries, RETRY_MS.length) - 1] : 0);
    },
    ask(changes) {
      const last = new Map(changes.map((change) => [change.i, change]));
      const words = Array.from(last.values(), ({ i, t, j }) => ({ segment: this.held[i].s, word: this.held[i].w, text: j ? "" : t, joined: j }));
      return fetch(`/api/v1/media/${this.media}/transcript/words`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ transcript: this.transcript, words }),
        signal: AbortSignal.timeout(10000),
      });
    },
    async settle(answer, sent) {
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (answer.status === 401) {
        this.state = "signedOut";
        return;
      }
      const told = await answer.json();
      this.pending = this.pending.slice(sent.length);
      if (answer.ok) {
        this.certain = told.words.map((word) => ({
          s: word.segment, w: word.word, t: word.text, h: word.heard, a: word.start_seconds, b: word.end_seconds,
          j: word.joined, u: word.unsure,
        }));
        this.held = this.overlaid(this.certain);
        this.state = "saved";
        this.loadCaptions();
      } else {
        // Nothing of it holds: the screen shows again what does.
        this.pending = [];
        this.undos = [];
        this.redos = [];
        this.held = plain(this.certain);
        this.refusal = told.error?.message ?? answer.statusText;
        this.state = "refused";
      }
      this.keep();
    },
    // The player goes on with the words as they are now.
    loadCaptions() {
      const track = this.sound?.querySelector("track");
      if (track) track.src = `${track.src.split("&saved=")[0]}&saved=${Date.now()}`;
    },
  },
};

// A copy with changes; frozen, so that Vue need not watch each of twenty thousand words.
function plain(words, changes = []) {
  const copy = Array.from(words, (word) => ({ ...word }));
  for (const { i, t, j } of changes) Object.assign(copy[i], { t: j ? "" : t, j, u: false });
  return Object.freeze(copy);
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
