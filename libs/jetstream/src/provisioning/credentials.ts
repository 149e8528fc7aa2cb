import { randomBytes } from 'node:crypto';

export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Account -> its one user. Kept in a file of mode 0600 by the caller; never logged. */
export type Credentials = Readonly<Record<string, Credential>>;

const PASSWORD = /^[A-Za-z0-9_-]{32,128}$/;
const USER = /^[A-Za-z0-9_-]{1,64}$/;

export const isCredential = ({ user, password }: Credential): boolean => USER.test(user) && PASSWORD.test(password);

/** 256 random bits that need no escaping in a URL or a config file. */
const newPassword = (): string => randomBytes(32).toString('base64url');

/** The user of a tenant's account is the tenant's name (lower case); of a service's account the account's (upper case): they can't collide. */
const userOf = (account: string): string => (account.startsWith('T_') ? account.slice(2) : account);

/** A user for every account that has none yet; existing ones stay as they are. */
export function newCredentials(accounts: readonly string[], existing: Credentials = {}): Credentials {
  const fresh = accounts.filter((account) => !Object.hasOwn(existing, account));
  return { ...existing, ...Object.fromEntries(fresh.map((account) => [account, { user: userOf(account), password: newPassword() }])) };
}

/** Key of the server's encryption at rest. Begins with a letter: the server would read a bare value of digits as a number. */
export const newStoreKey = (): string => `k${randomBytes(32).toString('hex')}`;
