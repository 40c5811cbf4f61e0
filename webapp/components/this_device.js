// Offers to tell this browser while no page is open, where it can be told.
const ROUTE = "/api/v1/push-subscription";
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const ask = (method, wanted) =>
  fetch(ROUTE, { method, headers: { "Content-Type": "application/json" }, body: wanted && JSON.stringify(wanted) });

export default {
  template: `
    <div v-if="isOffered" class="cim-row between">
      <span class="cim-grow">{{ said }}</span>
      <button type="button" class="cim-outlined" data-test="this-device" :disabled="isBusy" @click="turn">
        {{ isTold ? words.turnOff : words.turnOn }}
      </button>
      <span role="status" class="cim-small">{{ problem }}</span>
    </div>`,
  props: { publicKey: String, isKnown: Boolean, words: Object },
  data: () => ({ isOffered: false, isTold: false, isBusy: false, problem: "" }),
  computed: {
    said() { return this.isTold ? this.words.told : this.words.offer; },
  },
  async mounted() {
    if (!("PushManager" in window) || !("Notification" in window) || !navigator.serviceWorker) return;
    this.isOffered = true;
    const worker = await navigator.serviceWorker.getRegistration("/");
    this.isTold = this.isKnown && Boolean(await worker?.pushManager.getSubscription());
  },
  methods: {
    async turn() {
      this.isBusy = true;
      this.problem = "";
      try {
        await (this.isTold ? this.stop() : this.start());
        this.isTold = !this.isTold;
      } catch {
        this.problem = Notification.permission === "denied" ? this.words.denied : this.words.failed;
      }
      this.isBusy = false;
    },
    async start() {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("not granted");
      await navigator.serviceWorker.register("/sw.js", { scope: "/" });
      const { pushManager } = await navigator.serviceWorker.ready;
      // One that was made with another key, or for somebody else, would be told nothing.
      await (await pushManager.getSubscription())?.unsubscribe();
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(this.publicKey) });
      const { endpoint, keys } = made.toJSON();
      const answer = await ask("PUT", { endpoint, ...keys });
      if (answer.ok) return;
      await made.unsubscribe();
      throw new Error(answer.status);
    },
    async stop() {
      if (!(await ask("DELETE")).ok) throw new Error("not deleted");
      const worker = await navigator.serviceWorker.getRegistration("/");
      await (await worker?.pushManager.getSubscription())?.unsubscribe();
    },
  },
};
