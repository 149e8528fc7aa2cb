import { describe, expect, it } from '@jest/globals';
import { lastLine } from './log-file.ts';

describe('the line that tells why a program ended', () => {
  it.each([
    ['up\n2026-11-21 15:08:39.537 UTC [20401] FATAL:  wrong\n2026-11-21 15:08:39.538 UTC [20401] LOG:  shut down\n', 'FATAL:  wrong'],
    ['[31] 2026/11/21 14:57:20.62 [INF] hello\n[31] 2026/11/21 14:57:20.63 [FTL] no\n', '[FTL] no'],
    [
      '{"level":60,"err":{"code":"config-invalid","message":"OCTO_RATE is wrong"},"msg":"could not start"}\n',
      'could not start: OCTO_RATE is wrong',
    ],
    ['{"level":60,"err":{"code":"EADDRINUSE"},"msg":"could not start"}\n', 'could not start: EADDRINUSE'],
    ['{"level":60 cut off', '{"level":60 cut off'],
    [
      'initdb: error: could not write: No space left on device\nPANIC:  cannot abort\n',
      'initdb: error: could not write: No space left on device',
    ],
    ['only this\n\n', 'only this'],
    ['', ''],
  ])('of %j is %j', (log, line) => {
    expect(lastLine(log)).toBe(line);
  });
});
