import type { LogStreamCount } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { type Environment, logStreamCount } from '@octobus/service';
import { heldLogStreams } from './store.ts';

/**
 * Streams that the log of this folder is spread over: as it was begun, for a shard stays where it is; `OCTO_LOG_STREAMS` (1 unless set) counts at the
 * first start. Fault `config-invalid`.
 */
export function logStreamsOf(env: Environment, folder: string, dataDirs: readonly string[]): LogStreamCount {
  const wanted = logStreamCount(env);
  const held = dataDirs.map(heldLogStreams).find((count) => count !== undefined);
  if (held === undefined || held === wanted) return wanted;
  if (!env['OCTO_LOG_STREAMS']) return held;
  throw new Fault('config-invalid', {
    retryable: false,
    message: `the event log of ${folder} was begun with OCTO_LOG_STREAMS=${held}: set that or nothing, or use another folder (OCTO_DIR)`,
  });
}
