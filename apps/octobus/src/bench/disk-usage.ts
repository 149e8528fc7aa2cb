import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 512;

/** Bytes that each entry of a folder takes on disk, by its name, as `du` counts them; files that come and go meanwhile count or not. */
export async function diskUsage(folder: string): Promise<Readonly<Record<string, number>>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = await Promise.all(
    entries.map(async (entry): Promise<[string, number]> => [entry.name, await sizeOf(join(folder, entry.name), entry.isDirectory())]),
  );
  return Object.fromEntries(sizes);
}

async function sizeOf(path: string, isFolder: boolean): Promise<number> {
  try {
    const own = (await lstat(path)).blocks * BLOCK;
    if (!isFolder) return own;
    const inside = await diskUsage(path);
    return Object.values(inside).reduce((sum, size) => sum + size, own);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
