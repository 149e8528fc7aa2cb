/** Everything that is left to chance in a simulation: one seed, one course (sfc32). */
export class Chance {
  private readonly state: Uint32Array;

  constructor(seed: string) {
    this.state = mixed(seed);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** In [0, 1). */
  next = (): number => {
    const s = this.state as unknown as [number, number, number, number];
    const t = (s[0] + s[1] + s[3]) | 0;
    s[3] = (s[3] + 1) | 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };

  hit = (probability: number): boolean => this.next() < probability;

  /** A whole number from `least` to `most`, both included. */
  whole = (least: number, most: number): number => least + Math.floor(this.next() * (most - least + 1));

  between = (least: number, most: number): number => least + this.next() * (most - least);

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  bytes = (n: number): Uint8Array => {
    const bytes = new Uint8Array(n);
    for (let i = 0; i < n; i++) bytes[i] = this.next() * 256;
    return bytes;
  };
}

/** Four words of state from a text (FNV-1a, one basis each). */
function mixed(text: string): Uint32Array {
  const words = Uint32Array.of(0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b);
  for (let w = 0; w < 4; w++) {
    let hash = words[w] as number;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    words[w] = hash >>> 0;
  }
  return words;
}
