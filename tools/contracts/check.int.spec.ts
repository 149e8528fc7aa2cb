import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
    for (const part of ['src', 'samples', 'recorded', 'package.json'])
      cpSync(join(HERE, 'libs', 'contracts', part), join(root, 'libs', 'contracts', part), { recursive: true });
    symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function edit(file: string, from: string, to: string): void {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  /** `only`: one of the checks, the others take a second. */
  function check(only?: string): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CHECK, root, ...(only === undefined ? [] : [only])], {
      encoding: 'utf8',
    });
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
    const { code, output } = check('breaking');
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => line.startsWith('breaking: since ') && line.includes(named))).not.toEqual([]);
  });

  it.each([
    [
      'a field is removed, its number and name reserved',
      'octobus/v1/document.proto',
      '  string chunker = 4;',
      '  reserved 4;\n  reserved "chunker";',
      'chunker',
    ],
    [
      'a value of an enum is removed, its number reserved',
      'octobus/v1/plan.proto',
      '  EFFECT_ONCE = 3;',
      '  reserved 3;\n  reserved "EFFECT_ONCE";',
      'enum "Effect"',
    ],
    [
      'a field is called otherwise in JSON',
      'octobus/v1/document.proto',
      'string chunker = 4;',
      'string chunker = 4 [json_name = "cutter"];',
      'chunker',
    ],
    ['a list becomes one value', 'octobus/v1/task.proto', 'repeated string signals = 3;', 'string signals = 3;', 'signals'],
    ['a number becomes wider', 'octobus/v1/document.proto', 'uint32 size = 5;', 'uint64 size = 5;', 'size'],
  ])('fails when %s', (_what, file, from, to, named) => {
    edit(join('proto', file), from, to);
    const { code, output } = check('breaking');
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => line.startsWith('breaking: since ') && line.includes(named))).not.toEqual([]);
  });

  it.each([
    [
      'a type is not known any more',
      'src/events.ts',
      "  'task.expired.v1': task.TaskExpiredSchema,\n",
      '',
      "task.expired.v1 can't be read any more",
    ],
    [
      'a type is read as another message',
      'src/events.ts',
      "'task.expired.v1': task.TaskExpiredSchema",
      "'task.expired.v1': task.TaskCancelledSchema",
      'is read as octobus.v1.TaskCancelled',
    ],
    [
      'a type is looked for elsewhere',
      'src/fits-subject.ts',
      "'task.expired.v1': 'task.flow.end'",
      "'task.expired.v1': 'task.flow.expired'",
      'task.expired.v1 stood at task.flow.end',
    ],
    ['a header gets another name', 'src/envelope.ts', "'octo-causation'", "'octo-cause'", 'the header octo-causation'],
    [
      'a field of a command becomes required',
      'src/command-schemas.ts',
      "required: ['goal']",
      "required: ['goal', 'priority']",
      'submit/priority is required now',
    ],
    [
      'a field of a command is not taken any more',
      'src/command-schemas.ts',
      "priority: { enum: ['high', 'normal', 'low'] },",
      '',
      'submit/priority is not taken any more',
    ],
    [
      'a value of a command is not taken any more',
      'src/command-schemas.ts',
      "['high', 'normal', 'low']",
      "['high', 'low']",
      'does not take "normal" any more',
    ],
    [
      'a command may be shorter only',
      'src/command-schemas.ts',
      'maxItems: 500',
      'maxItems: 50',
      'submit/documents: maxItems was 500 and is 50',
    ],
    [
      'a recorded event is changed',
      'samples/task.completed.v1/1.json',
      '"task.completed.v1"',
      '"task.completed.v2"',
      'samples/task.completed.v1/1.json was changed',
    ],
    ['a recorded log is changed', 'recorded/0.1.0.ndjson', '"reason":"planning"', '"reason":"plan"', 'recorded/0.1.0.ndjson was changed'],
  ])('fails when %s', (_what, file, from, to, said) => {
    edit(join('libs', 'contracts', file), from, to);
    const { code, output } = check('breaking');
    expect(code).toBe(1);
    expect(output).toContain('breaking: since 0.1.0: ');
    expect(output).toContain(said);
  });

  it.each(['samples/task.completed.v1/1.json', 'recorded/0.1.0.ndjson', 'recorded/0.1.0.state.json'])('fails when %s is gone', (file) => {
    const path = join(root, 'libs', 'contracts', file);
    expect(existsSync(path)).toBe(true);
    rmSync(path);
    expect(check('breaking')).toMatchObject({ code: 1, output: expect.stringContaining(`${file} is gone`) });
  });

  it('lets a sample be laid out anew', () => {
    const path = join(root, 'libs', 'contracts', 'samples', 'task.completed.v1', '1.json');
    writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))));
    expect(check('breaking')).toEqual({ code: 0, output: '' });
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
