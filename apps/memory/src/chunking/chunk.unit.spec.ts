import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunk, decodeDocument, documentTitle } from './chunk.ts';
import type { Chunk } from './chunk.ts';
import { CHUNK_MAXIMUM } from './divide.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const source = (text: string, { startByte, endByte }: Chunk): string => Buffer.from(encode(text).subarray(startByte, endByte)).toString();
const paragraph = (name: string, sentences: number): string =>
  Array.from({ length: sentences }, (_, index) => `${name} sentence ${index} says something.`).join(' ');

describe('dividing Markdown', () => {
  const text = `\ufeff# Guide\n\nIntro.\n\n## Install\r\n\r\n${paragraph('First', 12)}\n\n${paragraph('Second', 20)}\n\n### On *Linux*\n- one\n- two\n\nSetext\n===\nBody.\n`;
  const chunks = chunk(text, 'text/markdown; charset=utf-8');

  it('opens a chunk at every heading and names the headings above it', () => {
    expect(chunks.map(({ heading }) => heading)).toEqual([
      'Guide',
      'Guide > Install',
      'Guide > Install',
      'Guide > Install > On Linux',
      'Setext',
    ]);
    expect(chunks[0]?.text).toBe('# Guide\n\nIntro.');
    expect(chunks[3]?.text).toBe('### On *Linux*\n- one\n- two');
    expect(chunks[4]?.text).toBe('Setext\n===\nBody.');
  });

  it('gives positions in the bytes and lines of the document', () => {
    for (const one of chunks) expect(source(text, one)).toBe(one.text);
    expect(chunks.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [1, 3],
      [5, 7],
      [9, 9],
      [11, 13],
      [15, 17],
    ]);
    expect(chunks[0]?.startByte).toBe(3);
  });

  it('does not take a heading in fenced code for one', () => {
    const [one, ...others] = chunk('# A\n\n```sh\n# not a heading\n\nls\n```\nafter', 'text/markdown');
    expect(others).toEqual([]);
    expect(one).toMatchObject({ heading: 'A', endLine: 8 });
  });

  it('keeps a heading together with what stands under it', () => {
    const chunks = chunk(`# Top\n\n## Sub\n\n${'word '.repeat(170)}\n\nrest`, 'text/markdown');
    expect(chunks.map(({ heading }) => heading)).toEqual(['Top > Sub']);
  });
});

describe('dividing source code', () => {
  const block = (name: string): string => `export function ${name}(): number {\n${'  let value = 1;\n'.repeat(30)}  return value;\n}\n`;

  it('divides at blank lines and names the declaration', () => {
    const chunks = chunk(`${block('first')}\n${block('second')}`, 'text/x-source');
    expect(chunks.map(({ heading, startLine }) => [heading, startLine])).toEqual([
      ['export function first(): number', 1],
      ['export function second(): number', 35],
    ]);
  });

  it('divides a long block at line ends', () => {
    const chunks = chunk('some_call(argument, other);\n'.repeat(200), 'text/x-source');
    expect(chunks.length).toBeGreaterThan(4);
    for (const { text } of chunks) expect(text).toMatch(/^(?:some_call\(argument, other\);\n?)+$/);
  });
});

describe('dividing HTML', () => {
  const html =
    '<!doctype html><html><head><title>Tea &amp; more</title><style>p{}</style></head><body><!-- <p>no</p> --><h1>Gr&uuml;n <i>tee</i></h1>\n<p class="a>b">Hot   water &lt;80&#xB0;&gt; <script>if (a<b) { "</p>" }</script>is\n fine.</p>' +
    '<ul><li>one<li>two</ul><pre>a\n  b</pre><table><tr><td>1</td><td>2</td></tr></table>1 < 2 &unknown; &#55555; 😀<script>unclosed';

  it('gives the text that a reader sees', () => {
    const [one, ...others] = chunk(html, 'text/html');
    expect(others).toEqual([]);
    expect(one?.text).toBe('Grün tee\nHot water <80°> is fine.\none\ntwo\na\n  b\n1 2\n1 < 2 &unknown; &#55555; 😀');
    expect(one?.heading).toBe('Grün tee');
    expect(documentTitle(html, 'text/html')).toBe('Tea & more');
  });

  it('keeps positions in the original bytes', () => {
    const text = `<h1>Ü</h1><p>${paragraph('First', 15)}</p><p>${paragraph('S&eacute;cond', 15)} <b>end</b></p>`;
    const chunks = chunk(text, 'text/html');
    expect(chunks).toHaveLength(2);
    expect(source(text, chunks[0] as Chunk)).toBe(`Ü</h1><p>${paragraph('First', 15)}`);
    expect(source(text, chunks[1] as Chunk)).toBe(`${paragraph('S&eacute;cond', 15)} <b>end`);
    expect(chunks[1]?.text).toBe(`${paragraph('Sécond', 15)} end`);
  });

  it('takes the first heading for the title when there is no title element', () => {
    expect(documentTitle('<p>x</p><h2>Two</h2>', 'text/html')).toBe(undefined);
    expect(documentTitle('<h2>Two</h2><p>x</p>', 'text/html')).toBe('Two');
    expect(documentTitle('text\n\n## Part\n# Whole', 'text/markdown')).toBe('Part');
    expect(documentTitle('# no', 'text/plain')).toBe(undefined);
  });
});

describe('dividing any document', () => {
  const piece = fc.constantFrom(
    'word ',
    'é€',
    '😀',
    '\ud83d',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '# H\n',
    '## ',
    '- ',
    '```\n',
    '| a |',
    '<p>',
    '</p>',
    '<h2>',
    '<script>',
    '</script>',
    '<!--',
    '-->',
    '&amp;',
    '&#x1F600;',
    '<',
    '&',
    '"',
    '\ufeff',
    '    ',
    'x'.repeat(700),
    `${'sentence of five words. '.repeat(80)}`,
    '中文。',
    '😀'.repeat(900),
    'function f() {\n',
    '---\n',
    '\u0000',
  );
  const documents = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('').toWellFormed());
  const types = fc.constantFrom('text/markdown', 'text/html', 'text/plain', 'text/x-source', 'application/json', '');

  it('gives bounded passages in order without overlap, each with text, whose bytes are its source', () => {
    fc.assert(
      fc.property(documents, types, (text, mediaType) => {
        const bytes = encode(text);
        expect(decodeDocument(bytes)).toBe(text);
        let behind = 0;
        chunk(text, mediaType).forEach((one, ordinal) => {
          expect(one.ordinal).toBe(ordinal);
          expect(one.startByte).toBeGreaterThanOrEqual(behind);
          expect(one.endByte).toBeGreaterThan(one.startByte);
          expect(one.text.trim()).not.toBe('');
          expect(one.text.length).toBeLessThanOrEqual(CHUNK_MAXIMUM);
          const slice = decodeDocument(bytes.subarray(one.startByte, one.endByte));
          expect(slice).toBeDefined();
          if (mediaType !== 'text/html') expect(slice).toBe(one.text);
          const before = decodeDocument(bytes.subarray(0, one.startByte)) ?? '';
          expect(one.startLine).toBe(before.split(/\r\n|\r|\n/).length);
          expect(one.endLine).toBeGreaterThanOrEqual(one.startLine);
          behind = one.endByte;
        });
        expect(behind).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('loses no word of text, Markdown and source code', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('text/markdown', 'text/plain', 'text/x-source'), (text, mediaType) => {
        const letters = (value: string): string => value.replace(/[^\p{L}\p{N}]/gu, '');
        expect(
          letters(
            chunk(text, mediaType)
              .map((one) => one.text)
              .join(''),
          ),
        ).toBe(letters(text));
      }),
    );
  });

  it('says that bytes which are not UTF-8 are no document', () => {
    expect(decodeDocument(new Uint8Array([0x67, 0xfc]))).toBe(undefined);
  });
});

describe('hostile documents', () => {
  const LENGTH = 200_000;
  const hostile: Record<string, string> = {
    'open tags': '<svg>'.repeat(LENGTH / 5),
    'open quotes': '<a b="'.repeat(LENGTH / 6),
    'open comments': '<!--'.repeat(LENGTH / 4),
    'silent elements': '<script></scrip>'.repeat(LENGTH / 16),
    ampersands: '&'.repeat(LENGTH),
    'less-than signs': '<'.repeat(LENGTH),
    'blank space': ' '.repeat(LENGTH),
    'one word': 'a'.repeat(LENGTH),
    'empty lines': '\n'.repeat(LENGTH),
    headings: '# h\n'.repeat(LENGTH / 4),
    'headings on one line': '<h1>'.repeat(LENGTH / 4),
    'underlined titles': 'a\n=\n===\n'.repeat(LENGTH / 8),
    fences: '```\n'.repeat(LENGTH / 4),
    declarations: 'export export '.repeat(LENGTH / 14),
  };

  it.each(Object.keys(hostile))('made of %s are divided in linear time', (name) => {
    const start = performance.now();
    for (const mediaType of ['text/html', 'text/markdown', 'text/plain', 'text/x-source']) {
      for (const { text } of chunk(hostile[name] ?? '', mediaType)) if (text.length > CHUNK_MAXIMUM) throw new Error('too long');
      documentTitle(hostile[name] ?? '', mediaType);
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
