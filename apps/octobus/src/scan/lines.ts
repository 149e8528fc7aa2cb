import { Buffer } from 'node:buffer';

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** undefined: longer than a line may be; its content was not kept. */
  readonly text: string | undefined;
}

const NEWLINE = 0x0a;

/** Lines of a stream of bytes, those that a chunk ends together; each at most `maxBytes` long, what is longer is passed over in bounded memory. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<readonly Line[]> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const take = (): Line => {
    number += 1;
    const text = size > maxBytes ? undefined : Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return { number, text };
  };
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      lines.push(take());
    }
    if (from < chunk.length) add(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (size > 0) yield [take()];
}
