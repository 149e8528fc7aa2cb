import { base64Bytes } from '../../text/base64.ts';
import type { Reading } from '../read.ts';
import { cutOf, evidenceSums } from './evidence.ts';
import { strongestWindow, type Window } from './windows.ts';

/** A trained model as it lies in the repository: made by `npm run guardrails:train`. */
export interface StoredModel {
  /** One signed byte a bucket, base64. */
  readonly weights: string;
  /** Evidence of a weight of 1. */
  readonly scale: number;
  /** Probability = 1 / (1 + exp(-(slope * evidence + intercept))), fitted on texts the weights were not trained on. */
  readonly slope: number;
  readonly intercept: number;
}

export interface LinearModel extends Omit<StoredModel, 'weights'> {
  readonly weights: Int8Array;
}

/** Throws when the weights are not base64. */
export function loadModel(stored: StoredModel): LinearModel {
  const bytes = base64Bytes(stored.weights);
  if (bytes === undefined) throw new Error('weights of a model are not base64');
  return { ...stored, weights: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Calibrated probability that the strongest window of a text is an attack, and that window (in words). Linear in the text's length. */
export function classify(model: LinearModel, reading: Reading): { probability: number; window: Window } {
  const cut = cutOf(reading);
  if (cut.pieces.length === 0) return { probability: 0, window: { from: 0, to: 0 } };
  const { window, evidence } = strongestWindow(cut.pieces, cut.boundaries, evidenceSums(cut, model.weights), reading.length);
  const odds = model.slope * evidence * model.scale + model.intercept;
  const wordAt = (piece: number): number => cut.pieces[piece]?.at ?? reading.length;
  return { probability: 1 / (1 + Math.exp(-odds)), window: { from: wordAt(window.from), to: wordAt(window.to) } };
}
