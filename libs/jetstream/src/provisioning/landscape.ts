import type { LogStreamCount } from '@octobus/contracts';
import { accountsWithUsers } from './accounts.ts';
import { newCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';

/** Who takes part: arms, tenants, and a user for every account. All that the accounts of a server depend on. */
export interface Landscape {
  readonly arms: readonly string[];
  readonly tenants: readonly string[];
  readonly credentials: Credentials;
  /** Streams that the log is spread over; 1. */
  readonly logStreams?: LogStreamCount;
}

/** Accounts that have no credentials yet get new ones; throws RangeError on a name that is no token. */
export const newLandscape = (arms: readonly string[], tenants: readonly string[], existing: Credentials = {}): Landscape => ({
  arms,
  tenants,
  credentials: newCredentials(accountsWithUsers(arms, tenants), existing),
});

/** The same with one more tenant; unchanged when it is there already. Everybody else keeps user and password, and so their connections. */
export const withTenant = (landscape: Landscape, tenant: string): Landscape =>
  landscape.tenants.includes(tenant)
    ? landscape
    : { ...landscape, ...newLandscape(landscape.arms, [...landscape.tenants, tenant], landscape.credentials) };
