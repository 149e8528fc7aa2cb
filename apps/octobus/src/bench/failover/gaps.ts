/** The longest time from one moment to the next among those from `from` on, `from` itself included; Infinity when none came after it. */
export function longestGap(moments: readonly number[], from: number): number {
  const after = moments.filter((at) => at >= from).toSorted((a, b) => a - b);
  if (after.length === 0) return Infinity;
  return after.reduce((longest, at, i) => Math.max(longest, at - (after[i - 1] ?? from)), 0);
}
