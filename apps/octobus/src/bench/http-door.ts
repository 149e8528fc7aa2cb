import { connect } from 'node:net';
import { Fault } from '@octobus/kernel';
import { type HttpResponse, HttpResponseReader } from './http-response.ts';

/** One keep-alive connection with one request under way at a time: next to no work for the load generator. */
export interface KeepAlive {
  /** Fault `not-running` when the connection breaks. */
  send(request: Buffer): Promise<HttpResponse>;
  close(): void;
}

export async function openKeepAlive(url: URL): Promise<KeepAlive> {
  const socket = connect({ host: url.hostname, port: Number(url.port || 80), noDelay: true });
  const reader = new HttpResponseReader();
  let asked: PromiseWithResolvers<HttpResponse> | undefined;
  const fail = (error: unknown): void => asked?.reject(broken(url, error));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(broken(url, error)));
  });
  socket.on('error', fail);
  socket.on('close', () => fail(undefined));
  socket.on('data', (chunk: Buffer) => {
    try {
      const response = reader.take(chunk);
      if (response !== undefined) asked?.resolve(response);
    } catch (error) {
      fail(error);
    }
  });
  return {
    send: (request) => {
      asked = Promise.withResolvers();
      if (socket.destroyed) fail(undefined);
      else socket.write(request);
      return asked.promise;
    },
    close: () => void socket.destroy(),
  };
}

const broken = (url: URL, cause: unknown): Fault =>
  new Fault('not-running', { retryable: true, message: `the connection to ${url.host} broke`, cause });
