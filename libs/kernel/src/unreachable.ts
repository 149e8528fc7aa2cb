/** For the end of an exhaustive switch: the compiler rejects a forgotten case, and a value from outside throws. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}
