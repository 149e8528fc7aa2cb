import { lineOf, utf8Offsets } from '@octobus/text';
import { CHUNK_MAXIMUM, CHUNK_TARGET, divide, trimmed } from './divide.ts';
import type { Span } from './divide.ts';
import { htmlTitle, readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import { readCode, readPlain } from './plain.ts';
import type { Readable, Section } from './section.ts';

/** A passage of a document: what is indexed, found and cited. */
export interface Chunk {
  /** Place among the chunks of the document, from 0. */
  readonly ordinal: number;
  /** What a reader sees: a slice of the document, for HTML the text of it. */
  readonly text: string;
  /** Place in the UTF-8 bytes of the document, end exclusive. */
  readonly startByte: number;
  readonly endByte: number;
  /** Lines from 1, both inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Headings above the passage, outermost first, joined with ` > `. */
  readonly heading?: string;
}

/** A shorter chunk takes in the next declaration of a source file. */
const CHUNK_MINIMUM = 400;
/** A shorter rest of a section may go over the target. */
const SMALL_REST = 160;

function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function isHtml(mediaType: string): boolean {
  return mediaType === 'text/html' || mediaType === 'application/xhtml+xml';
}

function read(text: string, mediaType: string): Readable {
  const type = essence(mediaType);
  if (isHtml(type)) return readHtml(text);
  if (type === 'text/markdown') return readMarkdown(text);
  return type === 'text/plain' || type === '' ? readPlain(text) : readCode(text);
}

interface Passage extends Span {
  readonly heading?: string;
}

function headingOf(section: { readonly heading?: string }): { heading?: string } {
  return section.heading === undefined ? {} : { heading: section.heading };
}

/** Whether `part` of `section` still belongs into the passage. */
function fits(passage: Passage, headingOnly: boolean, section: Section, part: Span): boolean {
  const length = part.end - passage.start;
  if (headingOnly) return length <= CHUNK_MAXIMUM;
  const isNewTopic = section.opens || section.heading !== passage.heading;
  if (isNewTopic) return !section.opens && passage.end - passage.start < CHUNK_MINIMUM && length <= CHUNK_TARGET;
  return length <= CHUNK_TARGET || (part.end - part.start < SMALL_REST && length <= CHUNK_MAXIMUM);
}

function* passages(readable: Readable): Generator<Passage> {
  let open: Passage | undefined;
  let headingOnly = false;
  for (const section of readable.sections) {
    for (const part of divide(readable.text, section)) {
      const joins: boolean = open !== undefined && fits(open, headingOnly, section, part);
      if (open !== undefined && !joins) yield open;
      open =
        joins && open !== undefined
          ? { ...open, end: part.end, ...(headingOnly ? headingOf(section) : {}) }
          : { ...part, ...headingOf(section) };
      headingOnly = section.opens && (headingOnly || !joins);
    }
  }
  if (open !== undefined) yield open;
}

/** The document as text, a byte order mark kept so that offsets agree with the bytes; undefined when the bytes are not UTF-8. */
export function decodeDocument(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The passages of a document in order, without overlap: about 900 characters each, at most 1,600, none without text. Markdown and HTML are divided at headings and blocks, source
 * code at blank lines, plain text at paragraphs; what is too long is divided at sentences or lines. `text` must be the document's UTF-8 decoded with its byte order mark kept (`decodeDocument`).
 */
export function chunk(text: string, mediaType: string): Chunk[] {
  const readable = read(text, mediaType);
  const byteAt = utf8Offsets(text);
  const lineAt = lineOf(text);
  const chunks: Chunk[] = [];
  for (const passage of passages(readable)) {
    const { start, end } = trimmed(readable.text, passage);
    if (start === end) continue;
    const sourceStart = readable.sourceStart(start);
    const sourceEnd = readable.sourceEnd(end);
    chunks.push({
      ordinal: chunks.length,
      text: readable.text.slice(start, end),
      startByte: byteAt(sourceStart),
      endByte: byteAt(sourceEnd),
      startLine: lineAt(sourceStart),
      endLine: lineAt(sourceEnd - 1),
      ...headingOf(passage),
    });
  }
  return chunks;
}

function firstHeading(text: string): string | undefined {
  for (const section of readMarkdown(text.slice(0, 20_000)).sections)
    if (section.heading !== undefined) return section.heading.split(' > ').at(-1);
  return undefined;
}

/** What a document calls itself: the `<title>` or first heading of HTML, the first heading of Markdown; undefined for other kinds. */
export function documentTitle(text: string, mediaType: string): string | undefined {
  const type = essence(mediaType);
  if (type === 'text/markdown') return firstHeading(text);
  if (!isHtml(type)) return undefined;
  return htmlTitle(text) ?? readHtml(text.slice(0, 65_536)).sections[Symbol.iterator]().next().value?.heading;
}
