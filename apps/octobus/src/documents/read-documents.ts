import type { Dirent, Stats } from 'node:fs';
import { lstat, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Fault } from '@octobus/kernel';
import { UniqueNames, rootName, safeName } from './document-names.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { kindOf } from './media-types.ts';

export interface ReadDocument {
  /** Path from the working folder with `/`; safe to show, store and compare. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface NotRead {
  readonly path: string;
  readonly reason: string;
}

/** `notRead` fills while `documents` is iterated and is complete when it ends. */
export interface DocumentReading {
  readonly documents: AsyncIterable<ReadDocument>;
  readonly notRead: readonly NotRead[];
}

/** A path that was asked for does not exist or cannot be looked at. */
const pathNotFound = (path: string, cause: unknown): Fault =>
  new Fault('path-not-found', { retryable: false, message: `no such file or folder: ${path}`, cause });

export const LARGEST_DOCUMENT_BYTES = 50_000_000;

/** Never read and not worth a word. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.hg', '.svn', '.octo']);
const SNIFFED_BYTES = 8_192;

interface Root {
  readonly asked: string;
  readonly real: string;
  readonly isFolder: boolean;
}

async function rootOf(asked: string, cwd: string): Promise<Root> {
  try {
    const real = await realpath(resolve(cwd, asked));
    return { asked, real, isFolder: (await stat(real)).isDirectory() };
  } catch (cause) {
    throw pathNotFound(asked, cause);
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Why the content is not text that can be read; undefined when it is. */
function objectionTo(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  if (bytes.subarray(0, SNIFFED_BYTES).includes(0)) return 'binary';
  return isUtf8(bytes) ? undefined : 'not UTF-8 text';
}

async function contentOf(path: string): Promise<{ readonly bytes: Uint8Array } | { readonly reason: string }> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return { reason: 'not a file' };
    if (stats.size > LARGEST_DOCUMENT_BYTES) return { reason: 'too large (over 50 MB)' };
    const bytes = await readFile(path);
    const reason = objectionTo(bytes);
    return reason === undefined ? { bytes } : { reason };
  } catch (error) {
    return { reason: `unreadable (${codeOf(error)})` };
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function byName(a: Dirent, b: Dirent): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

class Reading implements DocumentReading {
  readonly notRead: NotRead[] = [];
  readonly #paths: readonly string[];
  readonly #cwd: string;
  readonly #seen = new Set<string>();
  readonly #names = new UniqueNames();

  constructor(paths: readonly string[], cwd: string) {
    this.#paths = paths;
    this.#cwd = resolve(cwd);
  }

  get documents(): AsyncIterable<ReadDocument> {
    return this.#read();
  }

  async *#read(): AsyncGenerator<ReadDocument> {
    const roots: Root[] = [];
    for (const path of this.#paths) roots.push(await rootOf(path, this.#cwd));
    for (const root of roots) {
      const name = rootName(resolve(this.#cwd, root.asked), this.#cwd);
      if (root.isFolder) yield* this.#folder(root.real, name, root.real, await IgnoreRules.at(root.real));
      else yield* this.#file(root.real, name);
    }
  }

  #skip(name: string, reason: string): void {
    this.notRead.push({ path: safeName(name), reason });
  }

  /** Reads a folder once, however many ways lead to it. */
  async *#folder(path: string, name: string, root: string, rules: IgnoreRules): AsyncGenerator<ReadDocument> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    let entries: Dirent[] = [];
    try {
      entries = await readdir(path, { withFileTypes: true });
    } catch (error) {
      this.#skip(name, `unreadable (${codeOf(error)})`);
    }
    for (const entry of entries.toSorted(byName)) yield* this.#entry(join(path, entry.name), join(name, entry.name), root, rules);
  }

  async *#entry(path: string, name: string, root: string, rules: IgnoreRules): AsyncGenerator<ReadDocument> {
    const target = await this.#targetOf(path, name, root);
    if (target === undefined) return;
    const isFolder = target.stats.isDirectory();
    if ([path, target.path].some((place) => isSkipped(place, root, isFolder) || rules.hides(place, isFolder))) return;
    if (isFolder) yield* this.#folder(target.path, name, root, await rules.in(target.path));
    else yield* this.#file(target.path, name);
  }

  /** Where an entry leads: itself, or the end of a link that stays below the root. */
  async #targetOf(path: string, name: string, root: string): Promise<{ path: string; stats: Stats } | undefined> {
    try {
      const stats = await lstat(path);
      if (!stats.isSymbolicLink()) return { path, stats };
      const real = await realpath(path);
      if (isInside(real, root)) return { path: real, stats: await stat(real) };
      this.#skip(name, 'a link that leads out of the folder');
    } catch (error) {
      this.#skip(name, `unreadable (${codeOf(error)})`);
    }
    return undefined;
  }

  async *#file(path: string, name: string): AsyncGenerator<ReadDocument> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const kind = kindOf(path.slice(path.lastIndexOf(sep) + 1));
    if ('reason' in kind) return this.#skip(name, kind.reason);
    const content = await contentOf(path);
    if ('reason' in content) this.#skip(name, content.reason);
    else yield { name: this.#names.take(safeName(name)), mediaType: kind.mediaType, bytes: content.bytes };
  }
}

function isSkipped(path: string, root: string, isFolder: boolean): boolean {
  const segments = path.slice(root.length).split(sep);
  const folders = isFolder ? segments : segments.slice(0, -1);
  return folders.some((segment) => SKIPPED_FOLDERS.has(segment));
}

/**
 * Reads the text, Markdown, HTML and source files at `paths` (files or folders, relative to `cwd`), each once, folders in order of their names. `.gitignore` files are honoured,
 * `node_modules` and version control are passed over, links are followed only inside their folder. What is not read is listed with the reason. Iterating throws `path-not-found` before
 * the first document when one of the paths does not exist.
 */
export function readDocuments(paths: readonly string[], cwd: string): DocumentReading {
  return new Reading(paths, cwd);
}
