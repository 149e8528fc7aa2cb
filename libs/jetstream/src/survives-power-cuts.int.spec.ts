import { afterEach, describe, expect, it } from '@jest/globals';
import { whyNoPowerCuts } from '@octobus/testing';
import { type CutServer, startCutServer } from '../test/power-cuts.ts';

const reason = whyNoPowerCuts();
const here = reason === undefined ? it : it.skip;
/** `OCTO_TEST_POWER_CUTS=50` cuts more often. */
const CUTS = Number(process.env['OCTO_TEST_POWER_CUTS'] ?? 4);
/** Milliseconds of writing before each cut: different ones, so that it meets different moments. */
const moments = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => 60 + ((i * 137) % 400));

let server: CutServer;
afterEach(() => server.close(), 30_000);

describe(`a power cut${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  here.each([1, 4] as const)(
    'takes nothing that was acknowledged with fsync (streams of the log: %d)',
    async (streams) => {
      server = await startCutServer('fsync', streams);
      for (const ms of moments(CUTS)) await server.writeUntilCut(ms);
      const { events, commands } = server.acknowledged;
      const missing = await server.missing();
      process.stderr.write(
        `${CUTS} power cuts, fsync, ${streams} streams of the log: ${events} events and ${commands} commands acknowledged, missing ${JSON.stringify(missing)}\n`,
      );
      expect(missing).toEqual({ events: 0, commands: 0 });
    },
    30_000 + CUTS * 5_000,
  );

  here(
    'takes what was only flushed, so that this test can fail',
    async () => {
      server = await startCutServer('flushed');
      await server.writeUntilCut(300);
      const { events, commands } = server.acknowledged;
      const missing = await server.missing();
      process.stderr.write(
        `1 power cut, flushed: ${events} events and ${commands} commands acknowledged, missing ${JSON.stringify(missing)}\n`,
      );
      expect(missing.events).toBeGreaterThan(0);
    },
    60_000,
  );
});
