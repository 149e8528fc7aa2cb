import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readDocuments } from './read-documents.ts';
import type { NotRead, ReadDocument } from './read-documents.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octobus-documents-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function read(
  paths: readonly string[],
  cwd = folder,
): Promise<{ documents: ReadDocument[]; names: string[]; notRead: readonly NotRead[] }> {
  const reading = readDocuments(paths, cwd);
  const documents: ReadDocument[] = [];
  for await (const document of reading.documents) documents.push(document);
  return { documents, names: documents.map((document) => document.name), notRead: reading.notRead };
}

describe('reading a folder of documents', () => {
  it('gives text, Markdown, HTML and source files in order of their names with their media types and bytes', async () => {
    await write({ 'b.md': '# B\n', 'a/z.html': '<p>z</p>', 'a/m.ts': 'export {};\n', 'c.txt': 'grüße', LICENSE: 'free' });
    const { documents, notRead } = await read(['.']);
    expect(documents.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['LICENSE', 'text/plain'],
      ['a/m.ts', 'text/x-source'],
      ['a/z.html', 'text/html'],
      ['b.md', 'text/markdown'],
      ['c.txt', 'text/plain'],
    ]);
    expect(Buffer.from(documents[4]?.bytes ?? []).toString()).toBe('grüße');
    expect(notRead).toEqual([]);
  });

  it('names what it does not read, with the reason', async () => {
    await write({
      'paper.PDF': '%PDF-1.7',
      'picture.png': new Uint8Array([0x89, 0x50]),
      'hidden-binary.txt': new Uint8Array([65, 0, 66]),
      'latin1.txt': new Uint8Array([0x67, 0xfc, 0x6e]),
      'empty.md': '',
      '.env': 'TOKEN=1',
      'package-lock.json': '{}',
    });
    await writeFile(join(folder, 'huge.txt'), 'x');
    await truncate(join(folder, 'huge.txt'), 50_000_001);
    const { names, notRead } = await read(['.']);
    expect(names).toEqual([]);
    expect(notRead).toEqual([
      { path: '.env', reason: 'may hold secrets' },
      { path: 'empty.md', reason: 'empty' },
      { path: 'hidden-binary.txt', reason: 'binary' },
      { path: 'huge.txt', reason: 'too large (over 50 MB)' },
      { path: 'latin1.txt', reason: 'not UTF-8 text' },
      { path: 'package-lock.json', reason: 'generated' },
      { path: 'paper.PDF', reason: 'not read yet: .pdf' },
      { path: 'picture.png', reason: 'binary: .png' },
    ]);
  });

  it('passes over node_modules and version control without a word', async () => {
    await write({ 'node_modules/x/readme.md': 'no', 'lib/node_modules/y.md': 'no', '.git/config': 'no', 'yes.md': 'yes' });
    expect(await read(['.'])).toMatchObject({ names: ['yes.md'], notRead: [] });
  });

  it('fails with one clear sentence before the first document when a path does not exist', async () => {
    await write({ 'a.md': 'a' });
    const reading = read(['a.md', 'nowhere']);
    await expect(reading).rejects.toMatchObject({ code: 'path-not-found' });
    await expect(reading).rejects.toThrow('no such file or folder: nowhere');
  });

  it('reads each file once, however often it is asked for', async () => {
    await write({ 'docs/a.md': 'a', 'README.md': 'r' });
    expect((await read(['docs', 'README.md', '.', 'docs/a.md'])).names).toEqual(['docs/a.md', 'README.md']);
  });
});

describe('.gitignore', () => {
  it('is honoured with negation, nested files and anchors, as git does it', async () => {
    await write({
      '.gitignore': '*.log\n/build/\nsecret.md\n',
      'a.log': 'x',
      'build/out.md': 'x',
      'sub/build/kept.md': 'x',
      'sub/.gitignore': '!important.log\ndrafts/\n',
      'sub/important.log': 'x',
      'sub/other.log': 'x',
      'sub/drafts/d.md': 'x',
      'sub/secret.md': 'x',
    });
    await promisify(execFile)('git', ['init', '-q'], { cwd: folder });
    const { stdout } = await promisify(execFile)('git', ['ls-files', '--others', '--exclude-standard'], { cwd: folder });
    expect((await read(['.'])).names).toEqual(stdout.trim().split('\n').toSorted());
    expect((await read(['sub'])).names).toEqual(['sub/.gitignore', 'sub/build/kept.md', 'sub/important.log']);
  });

  it('does not hide a folder that was asked for by name', async () => {
    await write({ '.git/HEAD': 'ref', '.gitignore': 'dist/\n*.tmp\n', 'dist/a.md': 'x', 'dist/.gitignore': 'no.md\n', 'dist/no.md': 'x' });
    expect((await read(['.'])).names).toEqual(['.gitignore']);
    expect((await read(['dist'])).names).toEqual(['dist/.gitignore', 'dist/a.md']);
  });

  it('tells upper from lower case', async () => {
    await write({ '.gitignore': 'NOTES.md\n', 'notes.md': 'x' });
    expect((await read(['.'])).names).toEqual(['.gitignore', 'notes.md']);
  });
});

describe('links and odd names', () => {
  it('follows links inside the folder once, cycles included, and never out of it', async () => {
    await write({ 'root/a/one.md': '1', 'outside/secret.md': 's' });
    await symlink(join(folder, 'root'), join(folder, 'root/a/up'));
    await symlink(join(folder, 'root/a'), join(folder, 'root/again'));
    await symlink(join(folder, 'outside'), join(folder, 'root/out'));
    await symlink(join(folder, 'outside/secret.md'), join(folder, 'root/secret.md'));
    await symlink(join(folder, 'root/nothing'), join(folder, 'root/broken'));
    const { names, notRead } = await read(['root']);
    expect(names).toEqual(['root/a/one.md']);
    expect(notRead).toEqual([
      { path: 'root/broken', reason: 'unreadable (ENOENT)' },
      { path: 'root/out', reason: 'a link that leads out of the folder' },
      { path: 'root/secret.md', reason: 'a link that leads out of the folder' },
    ]);
  });

  it('applies the rules of the place that a link leads to', async () => {
    await write({ 'a/.gitignore': 'x.md\n', 'b/x.md': 'x', 'b/y.md': 'y', '.gitignore': 'b/y.md\n' });
    await symlink(join(folder, 'b'), join(folder, 'a/link'));
    expect((await read(['.'])).names).toEqual(['.gitignore', 'a/.gitignore', 'a/link/x.md']);
  });

  it('does not wait for pipes', async () => {
    await promisify(execFile)('mkfifo', [join(folder, 'pipe.md')]);
    expect((await read(['.'])).notRead).toEqual([{ path: 'pipe.md', reason: 'not a file' }]);
  });

  it('gives names that stay below the root, whatever the files are called', async () => {
    await write({ 'other/x.md': '1', 'cwd/back\\slash.md': '2', 'cwd/new\nline.md': '3', 'cwd/\u202egnp.md': '4' });
    const { names } = await read(['.', '../other', join(folder, 'other')], join(folder, 'cwd'));
    expect(names.toSorted()).toEqual(['_gnp.md', 'back_slash.md', 'new_line.md', 'other/x.md']);
  });

  it('gives two files of one name outside the working folder different names', async () => {
    await write({ 'p/docs/r.md': '1', 'q/docs/r.md': '2', 'cwd/a.md': 'x' });
    expect((await read(['../p/docs', '../q/docs'], join(folder, 'cwd'))).names).toEqual(['docs/r.md', 'docs/r~2.md']);
  });
});
