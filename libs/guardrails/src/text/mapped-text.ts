/** A rewritten text that still knows where each of its UTF-16 units came from. */
export interface MappedText {
  readonly text: string;
  /** Length of the text it was made from, in UTF-16 units. */
  readonly sourceLength: number;
  /** Source offset of every unit of `text`, ascending; undefined when both texts have the same offsets. */
  readonly offsets: readonly number[] | undefined;
}

export const unchanged = (text: string): MappedText => ({ text, sourceLength: text.length, offsets: undefined });

/** Source span of the half-open span [start, end) of the rewritten text; never cuts a source character in two. */
export function sourceSpan(mapped: MappedText, start: number, end: number): { start: number; end: number } {
  const { offsets, sourceLength } = mapped;
  if (offsets === undefined) return { start, end };
  const last = offsets[end - 1] ?? 0;
  let next = end;
  while (next < offsets.length && offsets[next] === last) next += 1;
  return { start: offsets[start] ?? sourceLength, end: offsets[next] ?? sourceLength };
}

/** What a rewriting writes to. `at`: position in the text *before* the rewriting. */
export interface TextBuilder {
  /** Every unit of `piece` came from `at`. */
  append(piece: string, at: number): void;
  /** Unit i of `piece` came from `at + i`. */
  copy(piece: string, at: number): void;
  build(): MappedText;
}

/** Collects a text whose places nobody will ask for: the offsets that it gives mean nothing. */
export class UntracedTextBuilder implements TextBuilder {
  #text = '';

  append(piece: string): void {
    this.#text += piece;
  }

  copy(piece: string): void {
    this.#text += piece;
  }

  build(): MappedText {
    return { text: this.#text, sourceLength: 0, offsets: [] };
  }
}

/** Collects a rewritten text piece by piece. Pieces carry source offsets of the text *before* the rewriting that `base` describes. */
export class MappedTextBuilder implements TextBuilder {
  readonly #pieces: string[] = [];
  readonly #offsets: number[] = [];
  readonly #base: MappedText;

  constructor(base: MappedText) {
    this.#base = base;
  }

  append(piece: string, at: number): void {
    const offset = this.#base.offsets?.[at] ?? at;
    this.#pieces.push(piece);
    for (let i = 0; i < piece.length; i += 1) this.#offsets.push(offset);
  }

  copy(piece: string, at: number): void {
    const { offsets } = this.#base;
    this.#pieces.push(piece);
    for (let i = at; i < at + piece.length; i += 1) this.#offsets.push(offsets === undefined ? i : (offsets[i] ?? i));
  }

  build(): MappedText {
    return { text: this.#pieces.join(''), sourceLength: this.#base.sourceLength, offsets: this.#offsets };
  }
}
