import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { durationOf, futureTime, jsonFile, pastTime, wholeNumber } from './arguments.ts';

const HOUR_MS = 3_600_000;

describe('what is typed behind an option', () => {
  it('is a whole number within its limits', () => {
    const upTo20 = wholeNumber(1, 20);
    expect(['1', '20', '007'].map(upTo20)).toEqual([1, 20, 7]);
    for (const text of ['0', '21', '-1', '1.5', '1e1', '', ' 1', 'x', '9'.repeat(30)]) expect(() => upTo20(text)).toThrow('from 1 to 20');
    expect(wholeNumber(0, Number.MAX_SAFE_INTEGER)('0')).toBe(0);
  });

  it('is a time of so long', () => {
    expect(['30s', '10m', '2h', '1d'].map(durationOf)).toEqual([30_000, 600_000, 2 * HOUR_MS, 24 * HOUR_MS]);
    for (const text of ['0s', '1w', '1', 'h', '-1h', '1h30m', '']) expect(() => durationOf(text)).toThrow(InvalidArgumentError);
  });

  it('is a time, or so long ago or from now', () => {
    expect(pastTime('2026-01-01T12:00:00+01:00')).toBe('2026-01-01T11:00:00.000Z');
    expect(Math.abs(Date.now() - HOUR_MS - Date.parse(pastTime('1h')))).toBeLessThan(5_000);
    expect(Math.abs(Date.now() + HOUR_MS - Date.parse(futureTime('1h')))).toBeLessThan(5_000);
    expect(futureTime('2199-01-01T00:00:00Z')).toBe('2199-01-01T00:00:00.000Z');
    for (const text of ['yesterday', '2026', '1x', '']) expect(() => pastTime(text)).toThrow('so long ago');
    for (const text of ['2001-01-01T00:00:00Z', '0m']) expect(() => futureTime(text)).toThrow('has passed');
  });
});

describe('a body in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'octobus-arguments-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (text: string): string => {
    const file = join(folder, 'body.json');
    writeFileSync(file, text);
    return file;
  };

  it('is a JSON object', () => {
    expect(jsonFile(written('{"goal":"x"}'))).toEqual({ goal: 'x' });
  });

  it.each([
    ['no JSON', () => written('{goal}'), /body\.json is not JSON$/],
    ['no object', () => written('[1]'), /no object$/],
    ['not there', () => join(folder, 'nothing'), /nothing can't be read \(ENOENT\)$/],
    ['a folder', () => folder, /can't be read \(EISDIR\)$/],
  ])('that is %s is said to be so', (_what, path, message) => {
    expect(() => jsonFile(path())).toThrow(expect.objectContaining({ code: 'file-unusable', message: expect.stringMatching(message) }));
  });
});
