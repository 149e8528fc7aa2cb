/** What a line of text is, seen on its own and in its place. */
export type LineKind = 'blank' | 'heading' | 'item' | 'code' | 'table' | 'fence' | 'rule' | 'prose';

/** A line of text without its terminator, `body` = where its content starts behind markers and indent; UTF-16 offsets. */
export interface Line {
  readonly kind: LineKind;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

const LISTING = /^(?:[-*+•·‣–]|\d{1,3}[.)]|[a-zA-Z][.)])[ \t]+/;
const QUOTE = /^(?:>[ \t]?)+/;
const HEADING = /^#{1,6}[ \t]+/;
const FENCE = /^(?:```|~~~)/;
const RULE = /^[-=*_~+| \t:]{3,}$/;

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 0xa0 || unit === 0xfeff || unit === 0x3000;
}

function skipBlank(text: string, from: number, to: number): number {
  let index = from;
  while (index < to && isBlank(text.charCodeAt(index))) index++;
  return index;
}

function trimEnd(text: string, from: number, to: number): number {
  let index = to;
  while (index > from && isBlank(text.charCodeAt(index - 1))) index--;
  return index;
}

function markerLength(pattern: RegExp, head: string): number {
  return pattern.exec(head)?.[0].length ?? 0;
}

interface Place {
  readonly inFence: boolean;
  readonly afterBlank: boolean;
}

function lineAt(text: string, start: number, stop: number, place: Place): Line {
  const content = skipBlank(text, start, stop);
  const end = trimEnd(text, content, stop);
  const head = text.slice(content, Math.min(end, content + 120));
  const line = (kind: LineKind, skipped = 0): Line => ({ kind, start, body: Math.min(end, content + skipped), end });
  if (FENCE.test(head)) return line('fence');
  if (content >= end) return line('blank');
  if (place.inFence) return line('code');
  if (place.afterBlank && (text[start] === '\t' || content - start >= 4) && !LISTING.test(head)) return line('code');
  if (end - content <= 120 && RULE.test(head)) return line('rule');
  if (text[content] === '|') return line('table');
  if (HEADING.test(head)) return line('heading', markerLength(HEADING, head));
  const quote = markerLength(QUOTE, head);
  const item = markerLength(LISTING, head.slice(quote));
  return item > 0 ? line('item', quote + item) : line('prose', quote);
}

function lineStop(text: string, from: number): number {
  let index = from;
  while (index < text.length && text.charCodeAt(index) !== 10 && text.charCodeAt(index) !== 13) index++;
  return index;
}

/** The lines of a text in order, classified as in Markdown; text that is not Markdown comes out as prose. */
export function* lines(text: string): Generator<Line> {
  let start = 0;
  let inFence = false;
  let afterBlank = true;
  while (start < text.length) {
    const stop = lineStop(text, start);
    const line = lineAt(text, start, stop, { inFence, afterBlank });
    yield line;
    if (line.kind === 'fence') inFence = !inFence;
    afterBlank = line.kind === 'blank' || line.kind === 'code';
    start = text.charCodeAt(stop) === 13 && text.charCodeAt(stop + 1) === 10 ? stop + 2 : stop + 1;
  }
}
