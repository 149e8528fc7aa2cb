import { Fault } from '@octobus/kernel';
import { type PortWish, choosePort } from '@octobus/stack';

export type { PortWish };

const TRIES = 3;

/** A port that the user has set (it must be a port), or the one kept from last time. */
export function portWish(name: string, setting: string, env: NodeJS.ProcessEnv, kept: number | undefined): PortWish {
  const set = env[setting];
  if (set === undefined || set === '') return { name, setting, kept };
  const wanted = Number(set);
  if (Number.isInteger(wanted) && wanted > 0 && wanted < 65_536) return { name, setting, wanted };
  throw new Fault('config-invalid', { retryable: false, message: `${setting} is a whole number from 1 to 65535` });
}

/** Starts a server on the port of the wish. Another program may take a port between the choice and the start: then another is chosen. */
export async function onPort<T>(wish: PortWish, start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const port = await choosePort(tries === 1 ? wish : { ...wish, kept: undefined });
    try {
      return await start(port);
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message);
      if (!taken || wish.wanted !== undefined || tries === TRIES) throw error;
    }
  }
}
