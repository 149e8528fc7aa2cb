import { lines } from '@octobus/text';
import type { Line } from '@octobus/text';
import { HeadingPath } from './section.ts';
import type { Readable, Section } from './section.ts';

function levelOf(text: string, line: Line): number {
  return Math.max(1, text.slice(line.start, line.body).replace(/[^#]/g, '').length);
}

/** Level of the heading that an underline of `=` or `-` makes of the line before it, 0 = none. */
function underlineLevel(text: string, line: Line, before: Line | undefined): number {
  if (line.kind !== 'rule' || before?.kind !== 'prose') return 0;
  const marks = text.slice(line.body, line.end);
  if (/^=+$/.test(marks)) return 1;
  return /^-+$/.test(marks) ? 2 : 0;
}

function withoutMarks(title: string): string {
  return title.replace(/[\s#]+$/, '').replace(/[*_`]/g, '');
}

interface Open {
  readonly kind: Line['kind'];
  readonly start: number;
  end: number;
}

function joins(open: Open, line: Line): boolean {
  if (open.kind === 'fence' || open.kind === 'heading') return false;
  if (line.kind === 'prose') return open.kind === 'prose' || open.kind === 'item';
  return line.kind === open.kind && line.kind !== 'item';
}

class MarkdownSections {
  readonly #text: string;
  readonly #path = new HeadingPath();
  #open: Open | undefined;
  #before: Line | undefined;
  #inFence = false;

  constructor(text: string) {
    this.#text = text;
  }

  *#close(): Generator<Section> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const divide = open.kind === 'prose' || open.kind === 'item' ? 'sentences' : 'lines';
    yield { start: open.start, end: open.end, opens: open.kind === 'heading', divide, ...this.#path.path };
  }

  *#fenced(line: Line): Generator<Section> {
    if (this.#inFence && this.#open !== undefined) this.#open.end = line.end;
    else {
      yield* this.#close();
      this.#open = { kind: 'fence', start: line.start, end: line.end };
    }
    if (line.kind === 'fence') this.#inFence = !this.#inFence;
    if (!this.#inFence) yield* this.#close();
  }

  *#heading(line: Line): Generator<Section> {
    yield* this.#close();
    this.#path.enter(levelOf(this.#text, line), withoutMarks(this.#text.slice(line.body, line.end)));
    this.#open = { kind: 'heading', start: line.start, end: line.end };
  }

  *#underlined(level: number, line: Line, title: Line): Generator<Section> {
    const open = this.#open;
    this.#open = open !== undefined && open.start < title.start ? { ...open, end: title.start } : undefined;
    yield* this.#close();
    this.#path.enter(level, withoutMarks(this.#text.slice(title.body, title.end)));
    this.#open = { kind: 'heading', start: title.start, end: line.end };
  }

  *add(line: Line): Generator<Section> {
    const before = this.#before;
    this.#before = line;
    if (line.kind === 'fence' || this.#inFence) return yield* this.#fenced(line);
    if (line.kind === 'heading') return yield* this.#heading(line);
    const level = underlineLevel(this.#text, line, before);
    if (level > 0 && before !== undefined) return yield* this.#underlined(level, line, before);
    if (line.kind === 'blank' || line.kind === 'rule') return yield* this.#close();
    if (this.#open !== undefined && joins(this.#open, line)) {
      this.#open.end = line.end;
      return;
    }
    yield* this.#close();
    this.#open = { kind: line.kind, start: line.start, end: line.end };
  }

  *finish(): Generator<Section> {
    yield* this.#close();
  }
}

function* sectionsOf(text: string): Generator<Section> {
  const sections = new MarkdownSections(text);
  for (const line of lines(text)) yield* sections.add(line);
  yield* sections.finish();
}

/** Markdown: headings open chunks; paragraphs, list items, tables and fenced code are kept whole where they fit. */
export function readMarkdown(text: string): Readable {
  return { text, sections: sectionsOf(text), sourceStart: (offset) => offset, sourceEnd: (offset) => offset };
}
