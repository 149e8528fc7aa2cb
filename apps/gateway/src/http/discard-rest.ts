import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MS = 10_000;

/**
 * Reads on what a client is still sending after it has been refused: closing at once would reset the connection, and the client might
 * never see why. Resolves when nothing more comes; bounded in bytes and time, beyond them the connection is cut.
 */
export function discardRest(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const timer = setTimeout(() => request.destroy(), MOST_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) request.destroy();
    });
    request.once('end', end).once('close', end);
    request.once('error', () => undefined);
    request.resume();
  });
}
