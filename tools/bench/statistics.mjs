/** Of numbers in any order; the mean of the two in the middle when their count is even; undefined when there is none. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted.length === 0 ? undefined : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Smallest and largest; undefined when there is no value. */
export const spread = (values) => (values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)]);

/** To so many digits after the point; what is no finite number stays null. */
export function rounded(value, digits) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
