import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';

interface Layer {
  readonly folder: string;
  readonly rules: Ignore;
}

const LONGEST_RULES = 256 * 1024;

async function layerOf(folder: string): Promise<Layer | undefined> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  return text === '' || text.length > LONGEST_RULES ? undefined : { folder, rules: ignore({ ignoreCase: false }).add(text) };
}

async function isRepository(folder: string): Promise<boolean> {
  return stat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
}

/** The folder and those above it up to the repository's root, outermost first; only the folder when there is no repository. */
async function upToRepository(folder: string): Promise<string[]> {
  const chain: string[] = [];
  for (let current = folder; ; current = dirname(current)) {
    chain.unshift(current);
    if (await isRepository(current)) return chain;
    if (dirname(current) === current) return [folder];
  }
}

/** What the `.gitignore` files of a folder and of those above it say, as git understands them: the nearest file decides. */
export class IgnoreRules {
  readonly #layers: readonly Layer[];

  private constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /** The rules that hold in `folder`. Rules from above that would hide the folder itself are left out: it was asked for by name. */
  static async at(folder: string): Promise<IgnoreRules> {
    const layers: Layer[] = [];
    for (const ancestor of await upToRepository(folder)) {
      const layer = await layerOf(ancestor);
      if (layer !== undefined) layers.push(layer);
    }
    const above = new IgnoreRules(layers.filter((layer) => layer.folder !== folder));
    return above.hides(folder, true) ? new IgnoreRules(layers.filter((layer) => layer.folder === folder)) : new IgnoreRules(layers);
  }

  /** The rules that hold in a folder below. */
  async in(folder: string): Promise<IgnoreRules> {
    const layer = await layerOf(folder);
    return layer === undefined ? this : new IgnoreRules([...this.#layers, layer]);
  }

  /** Whether a file or folder (an absolute path) is ignored. */
  hides(path: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#layers.toReversed()) {
      const below = relative(folder, path).split(sep).join('/');
      if (below === '' || below.startsWith('../')) continue;
      const { ignored, unignored } = rules.test(isFolder ? `${below}/` : below);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}
