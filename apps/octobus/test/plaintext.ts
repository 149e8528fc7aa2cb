import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BehindTheDoors } from './behind-the-doors.ts';

/** Where one of the texts stands as it is: `STREAM subject: text`. Messages as the server gives them, so behind the encryption at rest; headers too. */
export async function textsInStreams({ streams }: BehindTheDoors, texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { config, state } of streams.streams.list()) {
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await streams.streams.getMessage(config.name, { seq }).catch(() => undefined);
      if (message === undefined) continue;
      const headers = [...message.header].map(([name, values]) => `${name}: ${values.join(', ')}`).join('\n');
      const held = `${message.subject}\n${headers}\n${Buffer.from(message.data).toString('utf8')}`;
      for (const text of texts) if (held.includes(text)) found.push(`${config.name} ${message.subject}: ${text}`);
    }
  }
  return found;
}

/** Files under a folder that hold one of the texts, in whatever surroundings: `path: text`. */
export async function textsInFiles(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    for (const text of await textsInFile(path, texts)) found.push(`${path}: ${text}`);
  }
  return found;
}

const LONGEST = 1_000;

async function textsInFile(path: string, texts: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let tail = '';
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      const held = tail + chunk.toString('latin1');
      for (const text of texts) if (held.includes(text)) found.add(text);
      tail = held.slice(-LONGEST);
    }
  } catch (error) {
    // Files of a running server come and go.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return found;
}
