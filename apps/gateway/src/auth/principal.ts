import { type CallOrigin, PLATFORM, type Scope } from '@octobus/contracts';

/** Who is asking: one key of one tenant, by itself or through a session that it opened. */
export interface Principal {
  readonly tenant: string;
  readonly keyId: string;
  /** SHA-256 of the key's secret: with the id it names the key for sure. */
  readonly keyDigest: string;
  /** Opaque id written to events. */
  readonly actor: string;
  /** By what way this request came, as the client says. */
  readonly origin: CallOrigin;
  readonly scopes: readonly Scope[];
}

/** What a browser session may do: look. */
export const SESSION_SCOPES: readonly Scope[] = ['tasks:read', 'documents:read'];

/** Who looks after the whole platform and may look at every tenant. */
export const isOperator = ({ tenant, scopes }: Principal): boolean => tenant === PLATFORM && scopes.includes('platform');
