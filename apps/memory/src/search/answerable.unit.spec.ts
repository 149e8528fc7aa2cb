import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunk } from '../chunking/chunk.ts';
import { ANSWERABLE_FROM, answerable } from './answerable.ts';
import { SearchIndex } from './search-index.ts';

const guide = `# Durability

A step whose arm has crashed is delivered again after its ack time, and another instance takes it over. The outcome of a step is recorded once.

# Budgets

A task stops at its budget and gives a partial result. The worst case of a model call is priced before it is made.

# Keys

An API key is shown once; only its hash is stored. A revoked key is refused within one second.

# 持久性

崩溃的步骤会在确认时间之后重新投递，由另一个实例接管。

# Störungen

Stürzt ein Arm ab, wird sein Schritt nach der Frist erneut zugestellt.
`;

const index = new SearchIndex();
index.add({ documentId: 'guide', name: 'guide.md', title: 'Guide to Octobus', chunks: chunk(guide, 'text/markdown') });
const confidence = (question: string): number => answerable(index.search(question));

describe('deciding whether the documents answer', () => {
  it.each([
    'What happens to a step when its arm crashed?',
    'What does a task do when it reaches its budget?',
    'How soon is a revoked API key refused?',
    'Was passiert mit dem Schritt, wenn ein Arm abstürzt?',
    '步骤崩溃之后由谁接管？',
  ])('takes %j for answered', (question) => {
    expect(confidence(question)).toBeGreaterThanOrEqual(ANSWERABLE_FROM);
  });

  it.each([
    'Who painted the ceiling of the Sistine Chapel?',
    'What is the capital of Mongolia?',
    'Wie hoch ist der Kilimandscharo?',
    '谁画了西斯廷教堂的天花板？',
    'unicorn',
    '',
  ])('takes %j for not answered', (question) => {
    expect(confidence(question)).toBeLessThan(ANSWERABLE_FROM);
  });

  it('is never surer when a word that no passage knows is added', () => {
    for (const question of ['revoked key refused', 'arm crashed step delivered', 'budget of a task']) {
      expect(confidence(`${question} qwertzuiop`)).toBeLessThan(confidence(question));
    }
  });

  it('stays between 0 and 1 for any question', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(fc.constantFrom('budget', 'how', 'many', 'key', '步骤', 'x')).map((words) => words.join(' ')),
        ),
        (question) => {
          const sure = confidence(question);
          expect(sure).toBeGreaterThanOrEqual(0);
          expect(sure).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
