import { basename, isAbsolute, relative, sep } from 'node:path';

function safeSegment(segment: string): string {
  const printable = [...segment.normalize('NFC')].map((character) => (/[\p{Cc}\p{Cf}\\/]/u.test(character) ? '_' : character)).join('');
  return printable === '' || printable === '.' || printable === '..' ? '_' : printable;
}

/** Name of a root: its path from `cwd`, or its last part when it lies outside; empty for `cwd` itself. */
export function rootName(root: string, cwd: string): string {
  const path = relative(cwd, root);
  if (path === '') return '';
  const isOutside = isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`);
  return isOutside ? basename(root) : path;
}

/** A relative name with `/`, without `..`, control characters or back slashes, whatever the files are called. */
export function safeName(path: string): string {
  return (
    path
      .split(sep)
      .filter((segment) => segment !== '')
      .map(safeSegment)
      .join('/') || '_'
  );
}

/** Gives each name once: a second `README.md` becomes `README~2.md`. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  take(name: string): string {
    const dot = name.lastIndexOf('.');
    const end = dot > name.lastIndexOf('/') + 1 ? dot : name.length;
    const [stem, ending] = [name.slice(0, end), name.slice(end)];
    let unique = name;
    for (let count = 2; this.#taken.has(unique); count++) unique = `${stem}~${count}${ending}`;
    this.#taken.add(unique);
    return unique;
  }
}
