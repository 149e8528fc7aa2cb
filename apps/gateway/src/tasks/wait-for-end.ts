import type { GatewayParts } from '../gateway-parts.ts';

/** True when the task has ended within the time; false when it hasn't, or the gateway stops. */
export function waitForEnd({ feed, openEnds }: GatewayParts, tenant: string, task: string, milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let release: () => void = () => undefined;
    const settle = (ended: boolean, error?: unknown): void => {
      release();
      if (error === undefined) resolve(ended);
      else reject(error as Error);
    };
    const timer = setTimeout(() => settle(false), milliseconds);
    const forget = openEnds.add(() => settle(false));
    const stop = feed.watch(tenant, task, 0, { event: () => undefined, end: (error) => settle(true, error) });
    release = () => {
      clearTimeout(timer);
      forget();
      stop();
    };
  });
}
