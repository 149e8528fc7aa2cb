import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const CODE = `'([a-z][a-z0-9]*(?:-[a-z0-9]+)*)'`;

/** How a code is written where it is made. */
const MADE = [
  String.raw`\w*[Ff]ault\(\s*${CODE}`,
  String.raw`\brefuse\((?:\w+, ){0,3}${CODE}`,
  String.raw`\brefused: ${CODE}`,
  String.raw`\bcode: ${CODE}`,
  String.raw`\bcode \?\? ${CODE}`,
  String.raw`\babort\(${CODE},`,
  String.raw`\b(?:DEFECT|DELIVERIES_EXHAUSTED) = ${CODE}`,
].map((pattern) => new RegExp(pattern, 'g'));

const groupsOf = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

/** Codes that a source makes itself, in its tables of faults, or in the gateway's table of problems. */
function codesIn(source: string): string[] {
  const tables = groupsOf(source, /export const [A-Z]+_FAULTS = \{(.*?)\n\} as const/gs);
  const problems = groupsOf(source, /export const PROBLEMS[^=]*= \{(.*?)\n\};/gs);
  return [
    ...MADE.flatMap((pattern) => groupsOf(source, pattern)),
    ...tables.flatMap((table) => groupsOf(table, new RegExp(`: ${CODE}`, 'g'))),
    ...problems.flatMap((table) => groupsOf(table, /^ {2}'?([a-z][a-z-]*)'?: \{/gm)),
  ];
}

const isSource = (path: string): boolean => /^[^/]+\/src\/.*\.ts$/.test(path) && !/\.(?:spec|contract)\.ts$|\/testing\/|\/gen\//.test(path);

function sources(): string[] {
  return ['apps', 'libs'].flatMap((group) => {
    const packages = readdirSync(join(ROOT, group));
    const files = packages.flatMap((name) =>
      readdirSync(join(ROOT, group, name), { recursive: true, encoding: 'utf8' }).map((file) => `${name}/${file}`),
    );
    return files.filter(isSource).map((file) => readFileSync(join(ROOT, group, file), 'utf8'));
  });
}

const listed = groupsOf(readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8'), /^\| `([^`]+)` \|/gm);

describe('docs/errors.md', () => {
  it('lists every code that the sources can give, and no other', () => {
    const made = new Set(sources().flatMap(codesIn));
    expect({ missing: [...made].filter((code) => !listed.includes(code)), outdated: listed.filter((code) => !made.has(code)) }).toEqual({
      missing: [],
      outdated: [],
    });
  });

  it('lists no code twice', () => {
    expect(listed.filter((code, i) => listed.indexOf(code) !== i)).toEqual([]);
  });

  it.each([
    ["throw new RequestFault('one-code', 'words')", 'one-code'],
    ["throw new Fault(\n  'on-the-next-line', {", 'on-the-next-line'],
    ["throw stackFault('of-a-table', { retryable: false })", 'of-a-table'],
    ["throw refuse('a-refusal', '/deadline')", 'a-refusal'],
    ["export const SOME_FAULTS = {\n  /** Why. */\n  lost: 'some-lost',\n} as const;", 'some-lost'],
    ["export const PROBLEMS: Table = {\n  'not-here': { status: 404 },\n};", 'not-here'],
    ["return { code: 'in-a-fact', message: '' };", 'in-a-fact'],
  ])('would notice the code in %j', (source, code) => {
    expect(codesIn(source)).toContain(code);
  });
});
