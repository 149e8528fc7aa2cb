import type { Aggregate, Verb } from '@octobus/contracts';

const AGGREGATES: Readonly<Record<Verb, Aggregate>> = {
  submit: 'task',
  cancel: 'task',
  ingest: 'document',
  erase: 'subject',
  'create-tenant': 'identity',
  'create-key': 'identity',
  'revoke-key': 'identity',
  'open-session': 'identity',
  'open-replay': 'audit',
  'close-replay': 'audit',
  redrive: 'letter',
  drop: 'letter',
  'create-schedule': 'schedule',
  'pause-schedule': 'schedule',
  'resume-schedule': 'schedule',
  'delete-schedule': 'schedule',
  'report-denial': 'audit',
  'report-refusals': 'audit',
  'report-output': 'audit',
  'set-policy': 'policy',
};

/** What a command is about. */
export const aggregateOf = ({ verb }: { readonly verb: Verb }): Aggregate => AGGREGATES[verb];
