async (owner) => {
  const [{ openStore, newSegment }, { Outbox }, { Draft }, api] = await Promise.all([
    import("/capture/store.js"), import("/capture/outbox.js"), import("/capture/draft.js"), import("/capture/api.js")]);
  const store = await openStore(owner);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  window.phone = {
    store, api, Draft, outbox: new Outbox(store), handIns: [],
    async record({ id, segment, reflection, slices }) {
      const item = { id, reflection, purpose: "recording", kind: "audio", filename: "a.webm", state: "recording", started_at: Date.now(), seconds: 0 };
      await store.putItem({ ...item, segments: [newSegment({ id: segment, mime: "audio/webm" })] });
      await this.slices(segment, slices, 0);
    },
    async slices(segment, slices, from) {
      let number = from;
      for (const slice of slices) { await store.putSlice(segment, number, new Blob([bytes(slice)]), number + 1); number += 1; }
    },
    async close(id, segment) {
      await store.changeSegment(id, segment, { closed: true });
      await store.changeItem(id, { state: "review" });
    },
    async states() { return (await store.items()).map(({ id, state }) => [id, state]); },
  };
  window.phone.outbox.addEventListener("hand-in", ({ detail }) => window.phone.handIns.push(detail.state));
}
