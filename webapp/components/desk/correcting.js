// A student puts the words of a transcript right where they stand: by the field, by the buttons below it, by undoing.
export default {
  data() {
    return { undos: [], redos: [], editing: null, draft: "", showHeard: false, place: {} };
  },
  computed: {
    unit() {
      return this.editing === null ? null : this.units[this.places.get(this.editing)];
    },
    following() {
      return this.unit && this.units[this.places.get(this.editing) + 1];
    },
    mended() {
      return this.units.filter((unit) => unit.mended);
    },
  },
  methods: {
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
  },
};
