import { entityAt } from './entities.ts';
import { HeadingPath } from './section.ts';
import type { Readable, Section } from './section.ts';

/** Elements whose content is not text for a reader. */
const SILENT = new Set(['script', 'style', 'template', 'noscript', 'svg', 'iframe', 'object', 'textarea', 'select', 'title']);
const RAW = new Set(['script', 'style', 'textarea', 'title']);
const FLOWING = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label mark q rp rt ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly end: number;
}

/** Index behind the tag that opens at `at`; a `>` inside quotes does not count. Without an end, the rest of the document is the tag. */
function tagEnd(html: string, at: number): number {
  let quote = '';
  for (let index = at + 1; index < html.length; index++) {
    const character = html[index] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '>') return index + 1;
    else if ((character === '"' || character === "'") && html[index - 1] === '=') quote = character;
  }
  return html.length;
}

function behind(html: string, sought: string, from: number): number {
  const found = html.indexOf(sought, from);
  return found < 0 ? html.length : found + sought.length;
}

/** The tag, comment or declaration that starts at `at`; undefined when the `<` is text. */
function tagAt(html: string, at: number): Tag | undefined {
  if (html.startsWith('<!--', at)) return { name: '', closing: false, end: behind(html, '-->', at + 4) };
  if (html.startsWith('<!', at) || html.startsWith('<?', at)) return { name: '', closing: false, end: behind(html, '>', at) };
  const match = /^<(\/?)([a-z][a-z0-9-]{0,30})/i.exec(html.slice(at, at + 34));
  if (match === null) return undefined;
  return { name: (match[2] ?? '').toLowerCase(), closing: match[1] === '/', end: tagEnd(html, at) };
}

/** Index of the end tag of a silent element; -1 = it has none. */
function silentEnd(html: string, name: string, from: number): number {
  let index = html.indexOf('</', from);
  while (index >= 0) {
    if (html.slice(index + 2, index + 2 + name.length).toLowerCase() === name) return index;
    index = html.indexOf('</', index + 2);
  }
  return -1;
}

/** Text gathered from a source, with the way back: stretch i of the text starts at `textStarts[i]` and comes from `sourceStarts[i]`. */
class Gathered {
  readonly #parts: string[] = [];
  readonly #textStarts: number[] = [];
  readonly #sourceStarts: number[] = [];
  readonly #sourceLengths: number[] = [];
  length = 0;
  #endsWithSpace = true;
  #pending: { readonly source: number; readonly length: number } | undefined;

  add(text: string, source: number, sourceLength: number): void {
    const space = this.#pending;
    this.#pending = undefined;
    if (space !== undefined) this.#append(' ', space.source, space.length);
    this.#append(text, source, sourceLength);
  }

  #append(text: string, source: number, sourceLength: number): void {
    this.#textStarts.push(this.length);
    this.#sourceStarts.push(source);
    this.#sourceLengths.push(sourceLength);
    this.#parts.push(text);
    this.length += text.length;
    this.#endsWithSpace = /\s$/.test(text);
  }

  /** Blank space between words; at the end of a line it comes to nothing. */
  space(source: number, length: number): void {
    if (!this.#endsWithSpace) this.#pending ??= { source, length };
  }

  lineBreak(source: number): void {
    this.#pending = undefined;
    if (this.length > 0) this.#append('\n', source, 0);
    this.#endsWithSpace = true;
  }

  get text(): string {
    return this.#parts.join('');
  }

  #stretch(offset: number): number {
    let low = 0;
    let high = this.#textStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#textStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  sourceStart(offset: number): number {
    const at = this.#stretch(offset);
    const inside = offset - (this.#textStarts[at] ?? 0);
    const sourceLength = this.#sourceLengths[at] ?? 0;
    const isVerbatim = sourceLength === (this.#textStarts[at + 1] ?? this.length) - (this.#textStarts[at] ?? 0);
    return (this.#sourceStarts[at] ?? 0) + (isVerbatim ? inside : 0);
  }

  sourceEnd(offset: number): number {
    if (offset === 0) return 0;
    const at = this.#stretch(offset - 1);
    const textStart = this.#textStarts[at] ?? 0;
    const sourceLength = this.#sourceLengths[at] ?? 0;
    const isVerbatim = sourceLength === (this.#textStarts[at + 1] ?? this.length) - textStart;
    return (this.#sourceStarts[at] ?? 0) + (isVerbatim ? offset - textStart : sourceLength);
  }
}

class HtmlReader {
  readonly gathered = new Gathered();
  readonly sections: Section[] = [];
  readonly #html: string;
  readonly #path = new HeadingPath();
  readonly #headingText: string[] = [];
  readonly #endless = new Set<string>();
  #blockStart = 0;
  #headingLevel = 0;
  #preformatted = 0;

  constructor(html: string) {
    this.#html = html;
  }

  #closeBlock(source: number): void {
    const { length } = this.gathered;
    if (length > this.#blockStart) {
      const isHeading = this.#headingLevel > 0;
      if (isHeading) this.#path.enter(this.#headingLevel, this.#headingText.join(''));
      const divide = this.#preformatted > 0 ? 'lines' : 'sentences';
      this.sections.push({ start: this.#blockStart, end: length, opens: isHeading, divide, ...this.#path.path });
      this.gathered.lineBreak(source);
    }
    this.#blockStart = this.gathered.length;
    this.#headingText.length = 0;
  }

  #emit(text: string, source: number, length: number): void {
    this.gathered.add(text, source, length);
    if (this.#headingLevel > 0) this.#headingText.push(text);
  }

  #text(from: number, to: number): void {
    let index = from;
    while (index < to) {
      const entity = this.#html[index] === '&' ? entityAt(this.#html, index) : undefined;
      if (entity !== undefined) {
        this.#emit(entity.text, index, entity.length);
        index += entity.length;
      } else index = this.#stretch(index, to);
    }
  }

  /** Takes blank space or the stretch of plain characters that starts at `from`. */
  #stretch(from: number, to: number): number {
    let index = from;
    if (this.#preformatted === 0 && /\s/.test(this.#html[from] ?? '')) {
      while (index < to && /\s/.test(this.#html[index] ?? '')) index++;
      this.gathered.space(from, index - from);
      if (this.#headingLevel > 0) this.#headingText.push(' ');
      return index;
    }
    do index++;
    while (index < to && this.#html[index] !== '&' && (this.#preformatted > 0 || !/\s/.test(this.#html[index] ?? '')));
    this.#emit(this.#html.slice(from, index), from, index - from);
    return index;
  }

  /** Applies a tag and tells where the text goes on. */
  #tag(tag: Tag, at: number): number {
    if (tag.name === '' || FLOWING.has(tag.name)) return tag.end;
    if (tag.name === 'br') {
      this.gathered.lineBreak(at);
      return tag.end;
    }
    if (SILENT.has(tag.name)) return tag.closing ? tag.end : this.#behindSilent(tag);
    if (tag.name === 'td' || tag.name === 'th') {
      this.gathered.space(at, 0);
      return tag.end;
    }
    this.#closeBlock(at);
    const level = /^h[1-6]$/.test(tag.name) ? Number(tag.name[1]) : 0;
    this.#headingLevel = tag.closing ? 0 : level;
    if (tag.name === 'pre') this.#preformatted = Math.max(0, this.#preformatted + (tag.closing ? -1 : 1));
    return tag.end;
  }

  /** An element that holds raw text swallows the rest when it has no end, as in a browser; others swallow nothing. The name is remembered, so that the end is sought once. */
  #behindSilent(tag: Tag): number {
    const end = this.#endless.has(tag.name) ? -1 : silentEnd(this.#html, tag.name, tag.end);
    if (end < 0) this.#endless.add(tag.name);
    if (end >= 0) return end;
    return RAW.has(tag.name) ? this.#html.length : tag.end;
  }

  read(): this {
    let index = 0;
    while (index < this.#html.length) {
      const open = this.#html.indexOf('<', index);
      const end = open < 0 ? this.#html.length : open;
      this.#text(index, end);
      if (open < 0) break;
      const tag = tagAt(this.#html, open);
      if (tag === undefined) this.#text(open, open + 1);
      index = tag === undefined ? open + 1 : this.#tag(tag, open);
    }
    this.#closeBlock(this.#html.length);
    return this;
  }
}

/** HTML: its text as a reader sees it (no scripts, styles or comments, entities decoded, blank space collapsed); block elements are sections, h1-h6 headings. */
export function readHtml(html: string): Readable {
  const { gathered, sections } = new HtmlReader(html).read();
  return {
    text: gathered.text,
    sections,
    sourceStart: (offset) => gathered.sourceStart(offset),
    sourceEnd: (offset) => gathered.sourceEnd(offset),
  };
}

/** Text of the `<title>` element, if there is one in the first 64 k characters. */
export function htmlTitle(html: string): string | undefined {
  const head = html.slice(0, 65_536);
  const open = /<title[\s>]/i.exec(head);
  if (open === null) return undefined;
  const start = tagEnd(head, open.index);
  const end = silentEnd(head, 'title', start);
  const { gathered } = new HtmlReader(end < 0 ? '' : head.slice(start, end)).read();
  return gathered.text.trim() === '' ? undefined : gathered.text.trim().slice(0, 300);
}
