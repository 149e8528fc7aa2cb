import { type LogStreamCount, logStreams } from '@octobus/contracts';
import { isCredential } from './credentials.ts';
import type { Credential, Credentials } from './credentials.ts';
import {
  EMPTY_ACCOUNT,
  PLATFORM_ACCOUNT,
  PLATFORM_GRANTEE,
  SERVER_STORE,
  serviceGrantees,
  SYSTEM_ACCOUNT,
  tenantGrantee,
} from './grants.ts';
import type { Grant, Grantee } from './grants.ts';

export interface Export {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
  readonly manyReplies: boolean;
  /** Only these accounts may import it. */
  readonly accounts: readonly string[];
}

export interface Import {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
  readonly from: string;
}

export interface Account {
  readonly name: string;
  readonly users: readonly Credential[];
  readonly jetstream: boolean;
  readonly exports: readonly Export[];
  readonly imports: readonly Import[];
}

/** Names of all accounts that have a user, for `newCredentials`. */
export const accountsWithUsers = (arms: readonly string[], tenants: readonly string[]): readonly string[] => [
  PLATFORM_ACCOUNT,
  ...grantees(arms, tenants, 1).map(({ account }) => account),
];

/**
 * The accounts of a server: what each one imports, and what is exported to whom, derived from the grants, so the two sides can't differ.
 * Throws RangeError on a name that is no token, a missing or malformed credential, or two accounts with one user.
 */
export function accountsOf(
  arms: readonly string[],
  tenants: readonly string[],
  credentials: Credentials,
  count: LogStreamCount = 1,
): readonly Account[] {
  const all = grantees(arms, tenants, count);
  const names = [PLATFORM_ACCOUNT, EMPTY_ACCOUNT, SYSTEM_ACCOUNT, ...all.map(({ account }) => account)];
  assertDistinct(names, 'account');
  const accounts: readonly Account[] = [
    {
      name: SYSTEM_ACCOUNT,
      users: [],
      jetstream: false,
      exports: [{ kind: 'service', subject: SERVER_STORE, manyReplies: true, accounts: [PLATFORM_ACCOUNT] }],
      imports: [],
    },
    { name: EMPTY_ACCOUNT, users: [], jetstream: true, exports: exportsOf(EMPTY_ACCOUNT, all), imports: [] },
    {
      name: PLATFORM_ACCOUNT,
      users: [credentialOf(PLATFORM_ACCOUNT, credentials)],
      jetstream: true,
      exports: exportsOf(PLATFORM_ACCOUNT, all),
      imports: [
        { kind: 'service', subject: SERVER_STORE, from: SYSTEM_ACCOUNT },
        ...PLATFORM_GRANTEE.grants.map(({ kind, subject, from }) => ({ kind, subject, from })),
      ],
    },
    ...all.map((grantee) => clientAccount(grantee, [...all, PLATFORM_GRANTEE], credentials)),
  ];
  assertDistinct(
    accounts.flatMap(({ users }) => users.map(({ user }) => user)),
    'user',
  );
  return accounts;
}

function grantees(arms: readonly string[], tenants: readonly string[], count: LogStreamCount): readonly Grantee[] {
  const log = logStreams(count).map(({ name }) => name);
  return [...serviceGrantees(log, arms), ...tenants.map((tenant) => tenantGrantee(log, tenant))];
}

const clientAccount = (grantee: Grantee, all: readonly Grantee[], credentials: Credentials): Account => ({
  name: grantee.account,
  users: [credentialOf(grantee.account, credentials)],
  jetstream: false,
  exports: offered(grantee, exportsOf(grantee.account, all)),
  imports: grantee.grants.map(({ kind, subject, from }) => ({ kind, subject, from })),
});

function credentialOf(account: string, credentials: Credentials): Credential {
  const credential = Object.hasOwn(credentials, account) ? credentials[account] : undefined;
  if (credential === undefined || !isCredential(credential)) throw new RangeError(`no usable credential for account ${account}`);
  return credential;
}

/** What an account must export so that every grant from it holds, and nothing more. */
function exportsOf(owner: string, all: readonly Grantee[]): readonly Export[] {
  const exports = new Map<string, Export>();
  for (const { account, grants } of all) {
    for (const grant of grants.filter(({ from }) => from === owner)) {
      const key = `${grant.kind} ${grant.subject}`;
      exports.set(key, shared(grant, exports.get(key), account));
    }
  }
  return [...exports.values()];
}

function shared({ kind, subject, manyReplies }: Grant, existing: Export | undefined, account: string): Export {
  if (existing !== undefined && existing.manyReplies !== manyReplies) throw new RangeError(`${subject} is granted in two ways`);
  return { kind, subject, manyReplies, accounts: [...(existing?.accounts ?? []), account] };
}

function offered(grantee: Grantee, exports: readonly Export[]): readonly Export[] {
  for (const { subject } of exports) {
    if (!grantee.offers.includes(subject)) throw new RangeError(`${grantee.account} doesn't offer ${subject}`);
  }
  return exports;
}

function assertDistinct(names: readonly string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`two things have the ${what} name ${twice}`);
}
