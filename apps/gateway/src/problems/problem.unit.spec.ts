import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { problemOf } from './problem.ts';

describe('a fault of the vault', () => {
  it.each([
    ['vault-unavailable', true, 503, 1],
    ['key-lost', false, 503, undefined],
    ['master-key-wrong', false, 503, undefined],
    ['vault-refused', false, 503, undefined],
    ['keys-refused', false, 503, undefined],
    ['subject-erased', false, 410, undefined],
    ['defect', false, 500, undefined],
  ])('%s is told as what it is, without the words behind the door', (code, retryable, status, retryAfter) => {
    const problem = problemOf(new Fault(code, { retryable, message: 'a word of the vault' }), 'r1');
    expect(problem).toMatchObject({ retryAfter, document: { status, retryable, code: status === 500 ? 'internal' : code } });
    expect(JSON.stringify(problem)).not.toContain('a word');
  });
});
