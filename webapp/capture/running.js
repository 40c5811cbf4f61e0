/** The recordings that run now: a set that tells when one came or went. */

export class Running extends Set {
  add(one) {
    super.add(one);
    this.changed?.();
    return this;
  }

  delete(one) {
    const was = super.delete(one);
    this.changed?.();
    return was;
  }
}

