/**
 * Finds which of many literal phrases a text holds, in one pass: time in proportion to the text and not to the phrases
 * (A. Aho, M. Corasick, "Efficient string matching", 1975). Phrases that are empty are never found.
 */
export class PhraseMatcher {
  private readonly next: Map<number, number>[] = [new Map()];
  private readonly fallback: number[] = [0];
  /** Phrases that end at a node, and the nearest shorter node behind it that ends some. */
  private readonly ends: number[][] = [[]];
  private readonly shorter: number[] = [0];

  constructor(phrases: readonly string[]) {
    phrases.forEach((phrase, i) => {
      if (phrase !== '') this.ends[this.insert(phrase)]?.push(i);
    });
    this.link();
  }

  get isEmpty(): boolean {
    return this.next.length === 1;
  }

  /** Indices of the phrases found, ascending. */
  found(text: string): readonly number[] {
    if (this.isEmpty) return [];
    const found = new Set<number>();
    const told = new Set<number>();
    let node = 0;
    for (let i = 0; i < text.length; i += 1) {
      node = this.step(node, text.charCodeAt(i));
      // A node that was told of has told of all behind it: each is looked at once.
      for (let end = node; end !== 0 && !told.has(end); end = this.shorter[end] ?? 0) {
        told.add(end);
        for (const phrase of this.ends[end] ?? []) found.add(phrase);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  private insert(phrase: string): number {
    let node = 0;
    for (let i = 0; i < phrase.length; i += 1) {
      const children = this.next[node] as Map<number, number>;
      const code = phrase.charCodeAt(i);
      node = children.get(code) ?? this.grow(children, code);
    }
    return node;
  }

  private grow(children: Map<number, number>, code: number): number {
    const node = this.next.push(new Map()) - 1;
    this.fallback.push(0);
    this.ends.push([]);
    this.shorter.push(0);
    children.set(code, node);
    return node;
  }

  private link(): void {
    const queue = [...(this.next[0]?.values() ?? [])];
    for (const node of queue) {
      for (const [code, child] of this.next[node] ?? []) {
        const behind = this.step(this.fallback[node] ?? 0, code);
        this.fallback[child] = behind;
        this.shorter[child] = (this.ends[behind]?.length ?? 0) > 0 ? behind : (this.shorter[behind] ?? 0);
        queue.push(child);
      }
    }
  }

  private step(from: number, code: number): number {
    let node = from;
    for (;;) {
      const child = this.next[node]?.get(code);
      if (child !== undefined) return child;
      if (node === 0) return 0;
      node = this.fallback[node] ?? 0;
    }
  }
}
