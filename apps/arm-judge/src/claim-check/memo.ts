const MOST = 8192;

/** Remembers what a pure function of one short string gave; starts afresh when it has seen many, so that memory stays bounded. */
export function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = work(text);
    if (text.length <= 64) {
      if (known.size >= MOST) known.clear();
      known.set(text, made);
    }
    return made;
  };
}
