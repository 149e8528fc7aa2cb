import { HeadingPath } from './section.ts';
import type { Readable, Section } from './section.ts';

interface SourceLine {
  readonly start: number;
  readonly end: number;
}

function* sourceLines(text: string): Generator<SourceLine> {
  let start = 0;
  while (start < text.length) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
    yield { start, end };
    start = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
  }
}

function isBlank(text: string, line: SourceLine): boolean {
  for (let index = line.start; index < line.end; index++) if (!/[\s\ufeff]/.test(text[index] ?? '')) return false;
  return true;
}

function* paragraphs(text: string, divide: Section['divide']): Generator<Section> {
  let start = -1;
  let end = -1;
  for (const line of sourceLines(text)) {
    if (!isBlank(text, line)) {
      if (start < 0) start = line.start;
      end = line.end;
    } else if (start >= 0) {
      yield { start, end, opens: false, divide };
      start = -1;
    }
  }
  if (start >= 0) yield { start, end, opens: false, divide };
}

const DECLARATION =
  /^(?:(?:export|default|declare|public|abstract|async|static|pub|pub\(crate\)) )*(?:function|class|interface|type|enum|const|def|fn|func|impl|struct|trait|module|namespace|message|service|CREATE TABLE)\b/;

/** First line of a declaration that starts at the margin, as the name of what follows. */
function declarationIn(text: string, section: Section): string | undefined {
  for (const line of sourceLines(text.slice(section.start, Math.min(section.end, section.start + 2_000)))) {
    const head = text.slice(section.start + line.start, Math.min(section.start + line.end, section.start + line.start + 120));
    if (DECLARATION.test(head)) return head.replace(/[\s{(=:]+$/, '');
  }
  return undefined;
}

function* blocksOfCode(text: string): Generator<Section> {
  const path = new HeadingPath();
  for (const section of paragraphs(text, 'lines')) {
    const declared = declarationIn(text, section);
    if (declared !== undefined) path.enter(1, declared);
    yield { ...section, ...path.path };
  }
}

const here = (offset: number): number => offset;

/** Plain text: paragraphs between blank lines. */
export function readPlain(text: string): Readable {
  return { text, sections: paragraphs(text, 'sentences'), sourceStart: here, sourceEnd: here };
}

/** Source code and data: blocks between blank lines, divided at line ends, named after the declaration they belong to. */
export function readCode(text: string): Readable {
  return { text, sections: blocksOfCode(text), sourceStart: here, sourceEnd: here };
}
