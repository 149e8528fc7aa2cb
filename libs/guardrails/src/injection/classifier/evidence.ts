import type { Hit } from '../proximity.ts';
import type { Reading } from '../read.ts';
import { featuresOf, mostFeatures, type Piece, piecesOf, signalBucket } from './features.ts';
import { boundariesOf } from './windows.ts';

/** A reading cut into pieces whose features can be weighed. */
export interface Cut {
  readonly reading: Reading;
  readonly pieces: readonly Piece[];
  readonly boundaries: readonly number[];
  /** Rule hits as features: piece and bucket, ascending by piece. */
  readonly signals: readonly { readonly piece: number; readonly bucket: number }[];
}

/** The same signal again within this many words says nothing new. */
const echo = 24;

function pieceAt(pieces: readonly Piece[], at: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function signalsOf(pieces: readonly Piece[], hits: readonly Hit[]): Cut['signals'] {
  const last = new Map<string, number>();
  const signals: { piece: number; bucket: number }[] = [];
  for (const { signal, at } of hits) {
    if (at - (last.get(signal) ?? -echo) < echo) continue;
    last.set(signal, at);
    signals.push({ piece: pieceAt(pieces, at), bucket: signalBucket(signal) });
  }
  return signals.sort((a, b) => a.piece - b.piece);
}

export function cutOf(reading: Reading): Cut {
  const pieces = piecesOf(reading.words, reading.starts);
  return { reading, pieces, boundaries: boundariesOf(reading.words, pieces), signals: signalsOf(pieces, reading.hits) };
}

const buffer = new Int32Array(mostFeatures);

/** Sum of the weights of all features before each piece, and after the last. */
export function evidenceSums({ reading, pieces, signals }: Cut, weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(pieces.length + 1);
  let sum = 0;
  let signal = 0;
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i];
    if (piece === undefined) break;
    const count = featuresOf(reading.words, piece, buffer);
    for (let k = 0; k < count; k += 1) sum += weights[buffer[k] ?? 0] ?? 0;
    for (; signal < signals.length && signals[signal]?.piece === i; signal += 1) sum += weights[signals[signal]?.bucket ?? 0] ?? 0;
    sums[i + 1] = sum;
  }
  return sums;
}
