import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, startNatsProcess } from '@octobus/stack';
import { type NatsFixture, eventually, natsServerBinary, startNats } from '@octobus/testing';
import { type BusEvent, connectBus } from './connect.ts';

const CONFIG = 'jetstream {}\nauthorization { user: "an@na", password: "p:w/d" }\n';

describe('a connection to the bus', () => {
  let nats: NatsFixture;
  beforeAll(async () => {
    nats = await startNats({ config: CONFIG });
  });
  afterAll(() => nats.stop());

  const url = (user: string, password: string): string =>
    nats.url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);

  it('takes user and password from the address and says what happens to it', async () => {
    const bus = await connectBus({ url: url('an@na', 'p:w/d'), name: 'test' });
    const heard: BusEvent['type'][] = [];
    bus.on((event) => heard.push(event.type));
    const unheard: BusEvent['type'][] = [];
    bus.on((event) => unheard.push(event.type))();
    await nats.kill9();
    await eventually(() => heard.includes('reconnected'));
    expect(bus.connected).toBe(true);
    expect(heard.slice(0, 1)).toEqual(['disconnected']);
    await bus.drain();
    expect(await bus.closed).toBeUndefined();
    expect(bus.connected).toBe(false);
    expect(unheard).toEqual([]);
    await bus.drain();
  });

  it('says whether it was the password, the address or the server', async () => {
    await expect(connectBus({ url: url('an@na', 'wrong'), name: 'test' })).rejects.toMatchObject({ code: 'bus-denied', retryable: false });
    await expect(connectBus({ url: 'here', name: 'test' })).rejects.toMatchObject({ code: 'bus-address-invalid', retryable: false });
    const nobody = `nats://127.0.0.1:${await freePort()}`;
    await expect(connectBus({ url: nobody, name: 'test', wait: false })).rejects.toMatchObject({
      code: 'bus-unavailable',
      retryable: true,
    });
  });

  it('waits for a server that is not there yet', async () => {
    const port = await freePort();
    const connecting = connectBus({ url: `nats://127.0.0.1:${port}`, name: 'early' });
    const dataDir = await mkdtemp(join(tmpdir(), 'octobus-late-'));
    const configFile = join(dataDir, 'nats.conf');
    await writeFile(configFile, 'jetstream {}\n');
    const files = { pidFile: join(dataDir, 'nats.pid'), logFile: join(dataDir, 'nats.log') };
    const late = await startNatsProcess({ binary: natsServerBinary(), configFile, port, dataDir, ...files });
    const bus = await connecting;
    expect(bus.connected).toBe(true);
    await bus.close();
    await late.stop();
    await rm(dataDir, { recursive: true });
  });
});
