// Shares and AUC with their 95 % confidence intervals.

const z = 1.959964;

/** Wilson's interval of a share, both ends 0..1. */
export function wilson(hits, n) {
  if (n === 0) return [0, 1];
  const share = hits / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Chance that a positive scores above a negative; ties count half. */
export function auc(positives, negatives) {
  const all = [...positives.map((score) => [score, 1]), ...negatives.map((score) => [score, 0])].sort((a, b) => a[0] - b[0]);
  let rankSum = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j][0] === all[i][0]) j += 1;
    for (let k = i; k < j; k += 1) if (all[k][1] === 1) rankSum += (i + j + 1) / 2;
    i = j;
  }
  const n = positives.length;
  return n * negatives.length === 0 ? 0 : (rankSum - (n * (n + 1)) / 2) / (n * negatives.length);
}

/** Bootstrap interval of the AUC: 200 draws with replacement, the same each time. */
export function aucInterval(positives, negatives) {
  let state = 12345;
  const index = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * n);
  };
  const draw = (list) => list.map(() => list[index(list.length)]);
  const values = Array.from({ length: 200 }, () => auc(draw(positives), draw(negatives))).sort((a, b) => a - b);
  return [values[4], values[195]];
}
