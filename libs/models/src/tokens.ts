import type { ModelRequest } from './model-provider.ts';

/** Tokens a chat template adds around each message (role marks, separators); generous. */
const PER_MESSAGE = 16;
/** Tokens a chat template adds once (start marks, default preamble). */
const PER_REQUEST = 64;

/**
 * Upper bound of the tokens of a text. Byte-level and byte-fallback tokenisers never make more tokens than UTF-8 bytes; SentencePiece
 * normalises to NFKC first, which can lengthen the text, so the longer of the two forms counts (+ 1 for its dummy prefix).
 */
export function countUpperBound(text: string): number {
  if (text === '') return 0;
  return Math.max(Buffer.byteLength(text), Buffer.byteLength(text.normalize('NFKC'))) + 1;
}

/** Upper bound of the prompt tokens of a request, schema included. */
export function promptUpperBound(request: Pick<ModelRequest, 'system' | 'messages' | 'responseSchema'>): number {
  const schema = request.responseSchema === undefined ? 0 : countUpperBound(JSON.stringify(request.responseSchema));
  const messages = request.messages.reduce((sum, message) => sum + countUpperBound(message.text) + PER_MESSAGE, 0);
  return PER_REQUEST + PER_MESSAGE + countUpperBound(request.system) + messages + schema;
}
