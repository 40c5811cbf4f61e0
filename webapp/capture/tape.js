/** What a phone has of one segment, so that any part of it can be sent while the rest is still being recorded. */

/** The slices of one segment, as far as they are on the disk. */
export class Tape {
  constructor(store, segment) {
    Object.assign(this, { store, segment, slices: [], size: 0 });
  }

  /** Takes in the slices that came since. */
  async wind() {
    for (const { data } of await this.store.slices(this.segment, this.slices.length)) {
      this.slices.push({ data, start: this.size });
      this.size += data.size;
    }
  }

  /** The bytes from one place to another, made of the slices there only: a long video has thousands. */
  cut(start, end) {
    const there = this.slices.filter((one) => one.start < end && one.start + one.data.size > start);
    return new Blob(there.map((one) => one.data.slice(Math.max(0, start - one.start), end - one.start)));
  }

  get blob() {
    return new Blob(this.slices.map(({ data }) => data));
  }
}
