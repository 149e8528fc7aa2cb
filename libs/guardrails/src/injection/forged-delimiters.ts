/** Marks with which chat templates separate roles. In a user's or a document's text they pretend that somebody else is speaking. Skeleton form (l -> i). */
const delimiters: readonly (readonly [text: string, weight: number])[] = [
  ['<|im_start|>', 0.8],
  ['<|im_end|>', 0.8],
  ['<|system|>', 0.8],
  ['<|endoftext|>', 0.7],
  ['<|start_header_id|>', 0.8],
  ['<|eot_id|>', 0.8],
  ['<<sys>>', 0.8],
  ['[inst]', 0.6],
  ['[/inst]', 0.6],
  ['[system]', 0.5],
  ['[system message]', 0.6],
  ['[system prompt]', 0.6],
  ['</system>', 0.6],
  ['<system>', 0.5],
  ['### system', 0.5],
  ['### instruction', 0.4],
  ['### new instruction', 0.6],
  ['\nsystem:', 0.4],
  ['\nassistant:', 0.3],
  ['\nhuman:', 0.3],
  ['human: human:', 0.5],
  ['begin system', 0.4],
  ['end of system prompt', 0.6],
  ['[user left the chat]', 0.5],
  ['<admin>', 0.4],
  ['<instructions>', 0.2],
  ['</document>', 0.3],
  ['end of document', 0.2],
];

interface ForgedDelimiter {
  readonly weight: number;
}

/** The strongest forged delimiter of a normalised text, if any. One linear search a delimiter. */
export function forgedDelimiter(normalised: string): ForgedDelimiter | undefined {
  if (!/[<[#\n:]/.test(normalised) && !normalised.includes('system') && !normalised.includes('document')) return undefined;
  let weight = 0;
  for (const [text, worth] of delimiters) if (worth > weight && normalised.includes(text)) weight = worth;
  return weight > 0 ? { weight } : undefined;
}
