import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './lines.ts';
import { scanStream } from './scan-stream.ts';

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function scanned(chunks: readonly Uint8Array[]) {
  const answers: { id: unknown; findings: unknown[] }[] = [];
  const problems: [number, string][] = [];
  const counts = await scanStream(stream(chunks), {
    answers: async (lines) => {
      await Promise.resolve();
      for (const line of lines.trimEnd().split('\n')) answers.push(JSON.parse(line) as (typeof answers)[number]);
    },
    problem: (line, reason) => void problems.push([line, reason]),
  });
  return { answers, problems, counts };
}

describe('A scan of lines', () => {
  it('answers in the order of the records, however the bytes are cut', async () => {
    const texts = ['Mail ana@example.org', 'nothing', 'größe 🦑 4539 1488 0343 6467', '\ud800 lone'];
    const bytes = Buffer.from(texts.map((text, id) => JSON.stringify({ id, text })).join('\n'));
    const whole = await scanned([bytes]);
    expect(whole.answers.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(whole.answers[2]?.findings).toContainEqual({ type: 'CREDIT_CARD', start: 9, end: 28, score: 0.98 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
        expect(await scanned(cut(bytes, size))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('tells lines that are no records by number and nothing of their content, and goes on', async () => {
    const lines = [
      '{"id":1,"text":"a"}',
      'hunter2',
      '',
      '{"text":"a"}',
      '{"id":2}',
      '{"id":3,"text":"a","channel":"x"}',
      '[]',
      '{"id":4,"text":"b"}',
    ];
    const { answers, problems, counts } = await scanned([Buffer.from(`${lines.join('\n')}\n`)]);
    expect(answers.map(({ id }) => id)).toEqual([1, 4]);
    expect(problems.map(([line]) => line)).toEqual([2, 4, 5, 6, 7]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
    expect(counts).toEqual({ answered: 2, problems: 5 });
  });

  it('keeps nothing of a line that is too long and reads the next', async () => {
    const lines: unknown[] = [];
    for await (const some of linesOf(stream(cut(Buffer.from(`${'x'.repeat(100)}\nshort\n`), 7)), 20)) lines.push(...some);
    expect(lines).toEqual([
      { number: 1, text: undefined },
      { number: 2, text: 'short' },
    ]);
  });
});
