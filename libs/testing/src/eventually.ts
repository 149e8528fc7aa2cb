import { until } from '@octobus/stack';

/**
 * Waits until the probe answers a value that isn't undefined or false and gives it back; a probe that throws is asked again. Rejects after the
 * time (10 s unless given) with the last error of the probe as cause.
 */
export async function eventually<T>(probe: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs = 10_000): Promise<T> {
  let last: unknown;
  const attempt = async (): Promise<{ readonly value: T } | undefined> => {
    try {
      const value = await probe();
      last = new Error(`the last answer was ${String(value)}`);
      return value === undefined || value === false ? undefined : { value };
    } catch (error) {
      last = error;
      return undefined;
    }
  };
  const found = await until(attempt, { withinMs: timeoutMs });
  if (found === undefined)
    throw new Error(`It didn't come true within ${timeoutMs} ms: ${last instanceof Error ? last.message : String(last)}`, { cause: last });
  return found.value;
}
