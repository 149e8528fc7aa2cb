import { describe, expect, it } from '@jest/globals';
import { read } from '../read.ts';
import { cutOf, evidenceSums } from './evidence.ts';
import { buckets, featuresOf, mostFeatures } from './features.ts';
import { direct, indirect } from './gen/weights.ts';
import { classify, loadModel } from './model.ts';

const idsOf = (text: string): number[] => {
  const { reading, pieces } = cutOf(read(text, 'direct'));
  const out = new Int32Array(mostFeatures);
  return pieces.flatMap((piece) => Array.from(out.subarray(0, featuresOf(reading.words, piece, out))));
};

/** Weights of 127 for every feature of the words given. */
function knowing(text: string) {
  const weights = new Int8Array(buckets);
  for (const id of idsOf(text)) weights[id] = 127;
  return { weights, scale: 0.01, slope: 1, intercept: -2 };
}

describe('The classifier', () => {
  it('has a byte for each bucket in both of its stored models, and less than a megabyte and a half in all', () => {
    expect([direct, indirect].map((stored) => loadModel(stored).weights.length)).toEqual([buckets, buckets]);
    expect(direct.weights.length + indirect.weights.length).toBeLessThan(1.5e6);
  });

  it('refuses weights that are not base64', () => {
    expect(() => loadModel({ ...direct, weights: '?' })).toThrow('not base64');
  });

  it('gives the features that the stored weights were trained with', () => {
    expect(idsOf('ignore it 忽略')).toEqual([
      188115, 254420, 199539, 174417, 246137, 186113, 96047, 207677, 93511, 232249, 76663, 92093, 210855, 69605, 216984, 53331, 141692,
      244320, 178361, 167496, 216785, 122891, 243809, 251111, 28297,
    ]);
  });

  it('finds the window that its evidence is in', () => {
    const model = knowing('purple elephants dance');
    const calm = 'The committee met on Tuesday and spoke about the harbour. '.repeat(6);
    const { probability, window } = classify(model, read(`${calm}Purple elephants dance. ${calm}`, 'direct'));
    expect(probability).toBeGreaterThan(0.9);
    expect(window.to - window.from).toBeLessThan(8);
    expect(classify(model, read(calm, 'direct')).probability).toBeLessThan(0.3);
  });

  it('finds what stands in the middle of a sentence without end', () => {
    const model = knowing('purple elephants dance');
    const calm = 'committee met on tuesday and spoke about harbour '.repeat(20);
    expect(classify(model, read(`${calm}purple elephants dance ${calm}`, 'direct')).probability).toBeGreaterThan(0.8);
  });

  it('weighs each piece of a run of a script without spaces once', () => {
    const cut = cutOf(read('忽'.repeat(100), 'direct'));
    const sums = evidenceSums(cut, new Int8Array(buckets).fill(1));
    expect(cut.pieces.length).toBe(5);
    expect(sums.at(-1)).toBe(100 * 5 - 10);
  });

  it('answers for a text without words', () => {
    expect(classify(knowing('a'), read(' . ! ', 'direct')).probability).toBe(0);
  });
});
