import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const under = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));

const pages = ['README.md', 'CONTRIBUTING.md', ...under('docs').filter((path) => path.endsWith('.md'))];

/** Anchors of a page's headings as the common renderers make them. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function brokenLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !/^[a-z]+:/.test(link));
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

const sources = ['apps', 'libs']
  .flatMap((group) => readdirSync(join(ROOT, group)).map((name) => join(group, name, 'src')))
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap(under)
  .filter((path) => path.endsWith('.ts') && !/\.(?:spec|contract)\.ts$/.test(path));

const distinct = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].toSorted();

describe('the documentation', () => {
  it.each(pages)('%s links to nothing that is not there', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('describes every type of event, and no other', () => {
    const types = distinct(read('libs/contracts/src/events.ts'), /^ {2}'([a-z]+\.[a-z-]+\.v\d+)':/gm);
    expect(distinct(read('docs/reference/events.md'), /^\| `([a-z]+\.[a-z-]+\.v\d+)` \|/gm)).toEqual(types);
    expect(types.length).toBeGreaterThan(0);
  });

  it('lists every path of the API, and no other', () => {
    const served = distinct(read('apps/gateway/src/openapi/openapi.ts'), /^ {2}'(\/[^']*)': \{/gm);
    const told = distinct(read('docs/reference/rest-api.md'), /^\|(.*?\|)/gm).flatMap((cell) => distinct(cell, /(\/[^\s`?,]*)/g));
    expect([...new Set(told)].toSorted()).toEqual(served);
  });

  it('explains every variable that the services and the command line read, and no other', () => {
    const told = distinct(read('docs/reference/configuration.md'), /`(OCTO_[A-Z_]+)`/g);
    const used = distinct(sources.map(read).join('\n'), /['"](OCTO_[A-Z_]+)['"]/g);
    expect(told).toEqual(used);
  });

  it('shows the example for NATS as it is', () => {
    expect(read('docs/how-to/publish-from-nats.md')).toContain(read('examples/publish-from-nats.mjs').trimEnd());
  });

  it('names no path of the machine it was written on', () => {
    const everything = [...pages, ...under('examples').filter((path) => path.endsWith('.mjs'))];
    expect(everything.filter((page) => /\/root\/|\/home\/|\/work\/|\/tmp\//.test(read(page)))).toEqual([]);
  });
});
