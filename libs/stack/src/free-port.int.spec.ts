import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { choosePort, freePort, isFree } from './free-port.ts';

describe('choosing a port', () => {
  let server: Server;
  let taken = 0;
  beforeAll(async () => {
    taken = await freePort();
    server = createServer();
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('takes the wanted one', async () => {
    const wanted = await freePort();
    expect(await choosePort({ name: 'NATS', wanted, kept: taken })).toBe(wanted);
  });

  it('says what to do when the wanted one is taken', async () => {
    await expect(choosePort({ name: 'NATS', wanted: taken, setting: 'OCTO_NATS_PORT' })).rejects.toMatchObject({
      code: 'port-taken',
      message: `Port ${taken} for NATS is taken by another program: stop that program or set OCTO_NATS_PORT to another one.`,
    });
  });

  it('takes the one of last time again, or another one when that is taken', async () => {
    const kept = await freePort();
    expect(await choosePort({ name: 'NATS', kept })).toBe(kept);
    const other = await choosePort({ name: 'NATS', kept: taken });
    expect(other).not.toBe(taken);
    expect(await isFree(other)).toBe(true);
  });
});
