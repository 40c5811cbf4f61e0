async ({ owner, id, reflection, data }) => {
  const opening = indexedDB.open(`cim-capture-${owner}`, 1);
  opening.onupgradeneeded = () => {
    const { result } = opening;
    result.createObjectStore("items", { keyPath: "id" }).createIndex("reflection", "reflection");
    result.createObjectStore("slices", { keyPath: ["item", "number"] });
    result.createObjectStore("drafts", { keyPath: "reflection" });
    result.createObjectStore("aside", { keyPath: "id" }).createIndex("reflection", "reflection");
    result.createObjectStore("reflections", { keyPath: "id" });
  };
  const database = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const writing = database.transaction(["items", "slices"], "readwrite");
  writing.objectStore("items").put({ id, reflection, purpose: "recording", kind: "audio", mime: "audio/webm", filename: "old.webm", state: "sending", started_at: 1, seconds: 3 });
  writing.objectStore("slices").put({ item: id, number: 0, data: new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]), seconds: 3 });
  await new Promise((done) => { writing.oncomplete = done; });
  database.close();
}
