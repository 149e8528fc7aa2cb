import { LOG_STREAM_COUNTS, type LogStreamCount, isLogStreamCount } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import type { Environment } from './environment.ts';

/** `OCTO_LOG_STREAMS`; 1 unless it is set. Fault `config-invalid`. */
export function logStreamCount(env: Environment): LogStreamCount {
  const count = Number(env['OCTO_LOG_STREAMS'] || 1);
  if (isLogStreamCount(count)) return count;
  throw new Fault('config-invalid', { retryable: false, message: `OCTO_LOG_STREAMS is one of ${LOG_STREAM_COUNTS.join(', ')}` });
}
