import type { Scope } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';

export interface StoredKey {
  readonly tenant: string;
  readonly keyId: string;
  readonly secretDigest: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Instant | undefined;
  readonly revoked: boolean;
}

/** Where keys are read from: the read model. Ids are chosen by tenants and may be taken twice, so the secret's digest decides. */
export type FindKey = (keyId: string, secretDigest: string) => Promise<StoredKey | undefined>;

const KEEP_MS = 60_000;
const MOST = 10_000;

/**
 * Keys as last read, for at most 60 s; a revocation heard on the live feed takes effect at once and for ever.
 * Unknown keys are not kept: one made a moment ago must work as soon as the read model has it.
 */
export class KeyRing {
  private readonly known = new Map<string, { readonly key: StoredKey; readonly until: number }>();
  private readonly revoked = new Set<string>();
  private readonly users = new Map<string, Set<() => void>>();
  private readonly find: FindKey;
  private readonly clock: () => Instant;

  constructor(find: FindKey, clock: () => Instant) {
    this.find = find;
    this.clock = clock;
  }

  /** Undefined for a key that is unknown, revoked or expired. */
  async get(keyId: string, secretDigest: string): Promise<StoredKey | undefined> {
    const now = this.clock();
    const name = `${keyId}.${secretDigest}`;
    const key = this.kept(name, now) ?? (await this.read(name, keyId, secretDigest, now));
    if (key === undefined || key.revoked || this.revoked.has(`${key.tenant}.${keyId}`)) return undefined;
    return key.expiresAt !== undefined && key.expiresAt <= now ? undefined : key;
  }

  /** Whether the key is held, so that checking it costs no look-up. */
  holds(keyId: string, secretDigest: string): boolean {
    return this.kept(`${keyId}.${secretDigest}`, this.clock()) !== undefined;
  }

  revoke(tenant: string, keyId: string): void {
    const name = `${tenant}.${keyId}`;
    this.revoked.add(name);
    if (this.revoked.size > MOST) this.revoked.delete(this.revoked.values().next().value as string);
    for (const end of this.users.get(name) ?? []) end();
  }

  /** What must end with the key: called once it is revoked. Gives a function that ends the waiting. */
  whenRevoked({ tenant, keyId }: { readonly tenant: string; readonly keyId: string }, end: () => void): () => void {
    const name = `${tenant}.${keyId}`;
    const users = this.users.get(name) ?? new Set();
    this.users.set(name, users.add(end));
    return () => {
      users.delete(end);
      if (users.size === 0 && this.users.get(name) === users) this.users.delete(name);
    };
  }

  /** Keys are read again. */
  forget(): void {
    this.known.clear();
  }

  private kept(name: string, now: Instant): StoredKey | undefined {
    const entry = this.known.get(name);
    return entry !== undefined && entry.until > now ? entry.key : undefined;
  }

  private async read(name: string, keyId: string, secretDigest: string, now: Instant): Promise<StoredKey | undefined> {
    const key = await this.find(keyId, secretDigest);
    if (key === undefined) return undefined;
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(name, { key, until: now + KEEP_MS });
    return key;
  }
}
