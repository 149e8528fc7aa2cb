import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerFromPassages } from './answer-from-passages.ts';
import { answerInParts } from './answer-in-parts.ts';
import type { ExtractedAnswer, Passage } from './passage.ts';

const CRASH: Passage = {
  id: 'guide/1',
  name: 'guide.md',
  text: '# Crashes\n\nAn arm can crash at any time. **When an arm crashes, its step is delivered to another arm after five seconds.** Nothing is lost, because the log keeps every event.\n\n- The journal replays finished sub-steps.\n- Budgets stay exact.',
};
const PORTS: Passage = { id: 'guide/2', name: 'guide.md', text: 'The gateway listens on port 8420. NATS takes a free port.' };
const COOKING: Passage = {
  id: 'food/1',
  name: 'food.md',
  text: 'Boil the water first. Add salt and the noodles, then wait for nine minutes.',
};

const texts = (answer: ExtractedAnswer): string[] => answer.sentences.map(({ text }) => text);

describe('an extracted answer', () => {
  it('begins with the sentence that answers, cited to its passage', () => {
    const answer = answerFromPassages('What happens when an arm crashes?', [PORTS, CRASH]);
    expect(answer.found).toBe(true);
    expect(answer.sentences[0]).toMatchObject({
      text: 'When an arm crashes, its step is delivered to another arm after five seconds.',
      citations: [2],
    });
  });

  it('is not given when the passages speak of something else', () => {
    expect(answerFromPassages('Who won the chess championship in 1997?', [CRASH, PORTS, COOKING])).toMatchObject({
      found: false,
      sentences: [],
    });
  });

  it('is not given without passages, without a question, or without words', () => {
    for (const [question, passages] of [
      ['What?', []],
      ['', [CRASH]],
      ['the of and', [CRASH]],
      ['???', [{ id: 'x', text: '' }]],
    ] as const) {
      expect(answerFromPassages(question, passages)).toEqual({ found: false, sentences: [], confidence: 0 });
    }
  });

  it('trusts the search, which knows the whole index, more than the passages', () => {
    const ask = (retrievalConfidence: number): ExtractedAnswer =>
      answerFromPassages('Which port does the gateway listen on?', [PORTS], { retrievalConfidence });
    expect(ask(0.9).found).toBe(true);
    expect(ask(0.05).found).toBe(false);
    expect(ask(0.9).confidence).toBeGreaterThan(ask(0.6).confidence);
  });

  it.each([Number.NaN, -1, 2, Number.POSITIVE_INFINITY])('stays within 0 and 1 when the search says %p', (retrievalConfidence) => {
    const { confidence } = answerFromPassages('Which port does the gateway listen on?', [PORTS], { retrievalConfidence });
    expect(confidence).toBeGreaterThanOrEqual(0);
    expect(confidence).toBeLessThanOrEqual(1);
  });

  it('takes the sentence that shows the kind of thing asked for', () => {
    const passage = { id: 'p', text: 'The museum was opened by the queen with many guests. The museum was opened in May 1852 in London.' };
    expect(texts(answerFromPassages('When was the museum opened?', [passage], { maxSentences: 1 }))).toEqual([
      'The museum was opened in May 1852 in London.',
    ]);
  });

  it('says the same thing once, also from overlapping passages', () => {
    const again: Passage = { ...CRASH, id: 'guide/1b' };
    const answer = answerFromPassages('What happens when an arm crashes?', [CRASH, again]);
    expect(new Set(texts(answer)).size).toBe(answer.sentences.length);
  });

  it('does not repeat the question nor give headings', () => {
    const faq = { id: 'p', text: '# How long does a lease last?\n\nHow long does a lease last? A lease lasts thirty seconds.' };
    expect(texts(answerFromPassages('How long does a lease last?', [faq], { maxSentences: 1 }))).toEqual(['A lease lasts thirty seconds.']);
  });

  it('is never the question itself, quoted in an example', () => {
    const question = 'How does Octobus survive a crash of an arm?';
    const guide = {
      id: 'p',
      text: `Try this: npx octobus ask "${question}" --docs docs. Octobus survives the crash because the log keeps every step of an arm.`,
    };
    expect(texts(answerFromPassages(question, [guide]))).toEqual([
      'Octobus survives the crash because the log keeps every step of an arm.',
    ]);
    expect(texts(answerFromPassages('谁写入流事件的日志？', [{ id: 'p', text: '谁写入流事件的日志？调度器写入流事件的日志。' }]))).toEqual([
      '调度器写入流事件的日志。',
    ]);
  });

  it('finds what stands under a heading that names the matter', () => {
    const text = '# Backup\n\nRun it every night.\n\n# Restore\n\nStop the service, copy the files and start again.';
    const answer = answerFromPassages('How do I restore?', [{ id: 'p', text }], { maxSentences: 1, retrievalConfidence: 0.9 });
    expect(texts(answer)).toEqual(['Stop the service, copy the files and start again.']);
  });

  it('answers in Chinese from Chinese', () => {
    const passage = { id: 'p', text: '网关监听端口8420。NATS使用空闲端口。' };
    expect(texts(answerFromPassages('网关监听哪个端口？', [passage], { maxSentences: 1 }))).toEqual(['网关监听端口8420。']);
  });

  it('holds only spans of the passages it cites, whatever they contain', () => {
    const word = fc.constantFrom(
      'arm',
      'crash',
      'The',
      'log',
      '**',
      '`x`',
      '.',
      '. ',
      '?',
      '\n',
      '\n# ',
      '- ',
      '|',
      '```\n',
      '。',
      '"',
      ' ',
      '7',
      '\ud83d\ude00',
      '\ud800',
    );
    const text = fc.array(word, { maxLength: 60 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), text, (bodies, question) => {
        const passages = bodies.map((body, index) => ({ id: String(index), text: body }));
        const answer = answerFromPassages(question, passages, { retrievalConfidence: 1 });
        for (const { text: said, citations, span } of answer.sentences) {
          const source = passages[(citations[0] ?? 0) - 1]?.text;
          expect(source?.slice(span?.start, span?.end)).toBe(said);
        }
        expect(answer.sentences.length).toBeLessThanOrEqual(3);
        expect(answer).toEqual(answerFromPassages(question, passages, { retrievalConfidence: 1 }));
      }),
    );
  });

  it.each([
    ['one endless word', 'a'.repeat(300_000)],
    ['only stops', '. '.repeat(150_000)],
    ['only marks', '*_`'.repeat(100_000)],
    ['only quotes', '"\''.repeat(150_000)],
    ['only line ends', '\n'.repeat(300_000)],
    ['a long list', '- crash of an arm\n'.repeat(20_000)],
  ])('takes no long time over %s', (_name, text) => {
    const started = performance.now();
    answerFromPassages(
      text,
      Array.from({ length: 5 }, (_, index) => ({ id: String(index), text, name: text, heading: text })),
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('an answer in parts', () => {
  it('answers each question from its own passages, with one list of citations', () => {
    const answer = answerInParts([
      { question: 'What happens when an arm crashes?', passages: [CRASH, PORTS] },
      { question: 'Which port does the gateway listen on?', passages: [PORTS, CRASH] },
    ]);
    expect(answer.passages.map(({ id }) => id)).toEqual(['guide/1', 'guide/2']);
    const port = answer.sentences.find(({ text }) => text.includes('8420'));
    expect(port?.citations).toEqual([2]);
    expect(answer.missing).toEqual([]);
  });

  it('names the questions that stay open and says a sentence once', () => {
    const known = { question: 'Which port does the gateway listen on?', passages: [PORTS] };
    const answer = answerInParts([known, known, { question: 'Who won the chess championship?', passages: [COOKING] }]);
    expect(answer.found).toBe(true);
    expect(answer.missing).toEqual(['Who won the chess championship?']);
    expect(new Set(answer.sentences.map(({ text }) => text)).size).toBe(answer.sentences.length);
  });

  it('finds nothing in nothing', () => {
    expect(answerInParts([])).toEqual({ found: false, sentences: [], confidence: 0, passages: [], missing: [] });
  });
});
