import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const HERE = fileURLToPath(new URL('../../', import.meta.url));
const CHECK = join(HERE, 'tools', 'contracts', 'check.mjs');
const GEN = join('libs', 'contracts', 'src', 'gen');

describe('the check of the contracts', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'octo-contracts-'));
    cpSync(join(HERE, 'proto'), join(root, 'proto'), { recursive: true });
    cpSync(join(HERE, GEN), join(root, GEN), { recursive: true });
    symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function edit(file: string, from: string, to: string): void {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  function check(): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CHECK, root], { encoding: 'utf8' });
    return { code: status, output: `${stdout}${stderr}` };
  }

  it('passes what was released', () => {
    expect(check()).toEqual({ code: 0, output: '' });
  });

  it.each([
    [
      'a field is removed',
      'octobus/v1/task.proto',
      '  string code = 1;\n  string message = 2;\n  string step = 3;',
      '  string code = 1;\n  string step = 3;',
      'message',
    ],
    ['a field gets another type', 'octobus/v1/document.proto', 'uint32 size = 5;', 'string size = 5;', 'size'],
    ['a field gets another name', 'octobus/v1/task.proto', 'double injection_score = 2;', 'double score = 2;', 'score'],
    ['a field gets another number', 'octobus/v1/document.proto', 'string chunker = 4;', 'string chunker = 5;', 'chunker'],
    ['a value of an enum is renamed', 'octobus/v1/plan.proto', 'EFFECT_ONCE = 3;', 'EFFECT_EXACTLY_ONCE = 3;', 'EFFECT_ONCE'],
  ])('fails when %s', (_what, file, from, to, named) => {
    edit(join('proto', file), from, to);
    const { code, output } = check();
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => line.startsWith('breaking: since ') && line.includes(named))).not.toEqual([]);
  });

  it('lets a field be added, and then wants the code generated again', () => {
    edit('proto/octobus/v1/document.proto', '  string code = 3;\n', '  string code = 3;\n  string detail = 4;\n');
    const { code, output } = check();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      "generated code: libs/contracts/src/gen/octobus/v1/document_pb.ts isn't what proto/ says: run buf generate in proto/",
    ]);
  });

  it('fails when generated code was edited by hand', () => {
    edit(join(GEN, 'octobus', 'v1', 'task_pb.ts'), 'export', 'export ');
    expect(check()).toMatchObject({ code: 1, output: expect.stringContaining('task_pb.ts') });
  });

  it('fails on a name that breaks the style', () => {
    edit('proto/octobus/v1/document.proto', '  string code = 3;\n', '  string code = 3;\n  string moreDetail = 4;\n');
    expect(check()).toMatchObject({ code: 1, output: expect.stringContaining('lint: ') });
  });
});
