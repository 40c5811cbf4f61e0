// Tells the page that its reader is at work, so that their claim goes on, and the server when they leave.
const QUIET_MS = 60_000;
// One that only loads again says at first that it leaves; whichever the server hears last, this comes after it.
const SETTLED_MS = 15_000;
const SIGNS = ["keydown", "pointerdown", "wheel", "touchmove", "timeupdate"];

export default {
  template: "<i hidden></i>",
  props: { reflection: String },
  mounted() {
    this.work();
    this.settled = setTimeout(() => this.$emit("work"), SETTLED_MS);
    // Players tell of their time without bubbling.
    for (const sign of SIGNS) document.addEventListener(sign, this.work, { capture: true, passive: true });
    addEventListener("pagehide", this.leave);
  },
  unmounted() {
    clearTimeout(this.settled);
    for (const sign of SIGNS) document.removeEventListener(sign, this.work, { capture: true });
    removeEventListener("pagehide", this.leave);
  },
  methods: {
    work() {
      const now = Date.now();
      if (Math.abs(now - (this.at ?? 0)) < QUIET_MS) return;
      this.at = now;
      this.$emit("work");
    },
    leave() {
      fetch(`/api/v1/reflections/${this.reflection}/leave`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: "{}", keepalive: true,
      }).catch(() => {});
    },
  },
};
