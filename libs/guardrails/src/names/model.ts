import { base64Bytes } from '../text/base64.ts';
import type { TaggerModel } from './tagger.ts';
import { eagerness, plainWords, weights } from './weights.ts';

let loaded: TaggerModel | undefined;

/** The trained tagger, decoded when it is first asked for: a process that screens nothing doesn't pay for it. */
export function taggerModel(): TaggerModel {
  loaded ??= { weights: new Int8Array(bytes(weights).buffer), plain: new Set(new Int32Array(bytes(plainWords).buffer)), eagerness };
  return loaded;
}

/** A copy with a buffer of its own. */
const bytes = (encoded: string): Uint8Array<ArrayBuffer> => new Uint8Array(base64Bytes(encoded) ?? []);
