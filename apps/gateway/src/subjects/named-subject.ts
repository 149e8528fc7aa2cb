import { SUBJECT_FACETS, aggregatePrefix, checkCommand, subjectToken } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { formatInstant, instantOf } from '@octobus/kernel';
import type { SubjectName } from '@octobus/sealing';
import { RequestFault } from '../problems/problem.ts';

/** Token of the person whom a body names: `{subject}` as the tenant calls them, or `{dataSubject}`, the token. Fault `command-invalid`. */
export function namedSubject(doorKey: string, tenant: string, body: unknown): string {
  const checked = checkCommand('erase', body);
  if ('problems' in checked) throw new RequestFault('command-invalid', 'the body names no person', { errors: checked.problems });
  return 'subject' in checked.value ? subjectToken(doorKey, tenant, checked.value.subject) : checked.value.dataSubject;
}

export interface SubjectState {
  readonly dataSubject: string;
  /** `unknown`: nothing was ever sealed for them here. */
  readonly state: 'unknown' | 'known' | 'erased';
  readonly knownSince?: string;
  readonly erasedAt?: string;
}

/** As the log says. */
export async function subjectState(log: EventLog, { tenant, subject }: SubjectName): Promise<SubjectState> {
  const prefix = aggregatePrefix({ tenant, aggregate: 'subject', id: subject });
  const [key, erased] = await Promise.all([log.last(`${prefix}.${SUBJECT_FACETS.key}`), log.last(`${prefix}.${SUBJECT_FACETS.erased}`)]);
  return {
    dataSubject: subject,
    state: erased === undefined ? (key === undefined ? 'unknown' : 'known') : 'erased',
    ...(key === undefined ? {} : { knownSince: formatInstant(instantOf(key.storedAt)) }),
    ...(erased === undefined ? {} : { erasedAt: formatInstant(instantOf(erased.storedAt)) }),
  };
}
