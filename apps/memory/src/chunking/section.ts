/** A part of a document's text that is not divided without need: a paragraph, a list item, a block of code. UTF-16 offsets into the readable text, end exclusive. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** A heading opens a new chunk. */
  readonly opens: boolean;
  /** Headings above this section, outermost first, joined with ` > `. */
  readonly heading?: string;
  /** Prose is divided at sentences, lines (code, tables) at line ends. */
  readonly divide: 'sentences' | 'lines';
}

/** A document as it is read: its text, the sections of it, and the way back to the source. */
export interface Readable {
  readonly text: string;
  readonly sections: Iterable<Section>;
  /** Offset in the source of the character at `offset` of the text. */
  sourceStart(offset: number): number;
  /** Offset in the source behind the character that ends at `offset` of the text. */
  sourceEnd(offset: number): number;
}

const DEEPEST = 6;

/** Keeps the headings above the place where a reader is. */
export class HeadingPath {
  readonly #levels: (string | undefined)[] = [];

  enter(level: number, title: string): void {
    this.#levels.length = Math.min(level, DEEPEST) - 1;
    this.#levels.push(title.replace(/\s+/g, ' ').trim().slice(0, 200));
  }

  get path(): { heading?: string } {
    const named = this.#levels.filter((title) => title !== undefined && title !== '');
    return named.length > 0 ? { heading: named.join(' > ') } : {};
  }
}
