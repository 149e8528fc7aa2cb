import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { errorForLog } from './logging.ts';

const SECRET = 'jane.roe@example.org';

describe('an error in the log', () => {
  it('of ours has its code and its sentence', () => {
    const logged = errorForLog(new Fault('log-unavailable', { retryable: true, message: 'NATS does not answer' }));
    expect(logged).toMatchObject({ name: 'Fault', code: 'log-unavailable', message: 'NATS does not answer' });
    expect(logged['stack']).toEqual(expect.arrayContaining([expect.stringMatching(/^\s+at /)]));
  });

  it('of somebody else never quotes what it was given, neither in its stack nor as a cause', () => {
    const foreign = Object.assign(new SyntaxError(`Unexpected token in "${SECRET}"\n${SECRET}`), { code: 'E_PARSE' });
    const logged = errorForLog(new Fault('model-broken', { retryable: false, message: 'no answer', cause: foreign }));
    expect(logged['cause']).toMatchObject({ name: 'SyntaxError', code: 'E_PARSE' });
    expect(JSON.stringify([logged, errorForLog(foreign), errorForLog(SECRET), errorForLog({ SECRET })])).not.toContain(SECRET);
  });
});
