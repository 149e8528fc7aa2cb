/** Node with type-stable `node:sqlite`, `process.execve` and zstd. */
export const NODE_MAJOR = 24;
/** Older servers lack `sync_interval: always`. */
export const NATS_MINIMUM = '2.14.0';

/** Whether version a (`2.15.1`) is b or newer; a pre-release counts as its release. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

const numbers = (version: string): readonly number[] => version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
