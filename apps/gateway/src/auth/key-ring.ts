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

/** Where keys are read from: the read model. */
export type FindKey = (keyId: string) => Promise<StoredKey | undefined>;

const KEEP_MS = 60_000;
const MOST = 10_000;

/**
 * Keys as last read, for at most 60 s; a revocation heard on the live feed takes effect at once and for ever.
 * Unknown keys are not kept: one made a moment ago must work as soon as the read model has it.
 */
export class KeyRing {
  private readonly known = new Map<string, { readonly key: StoredKey; readonly until: number }>();
  private readonly revoked = new Set<string>();
  private readonly find: FindKey;
  private readonly clock: () => Instant;

  constructor(find: FindKey, clock: () => Instant) {
    this.find = find;
    this.clock = clock;
  }

  /** Undefined for a key that is unknown, revoked or expired. */
  async get(keyId: string): Promise<StoredKey | undefined> {
    const now = this.clock();
    const key = this.kept(keyId, now) ?? (await this.read(keyId, now));
    if (key === undefined || key.revoked || this.revoked.has(keyId)) return undefined;
    return key.expiresAt !== undefined && key.expiresAt <= now ? undefined : key;
  }

  revoke(keyId: string): void {
    this.revoked.add(keyId);
    this.known.delete(keyId);
    if (this.revoked.size > MOST) this.revoked.delete(this.revoked.values().next().value as string);
  }

  /** After a gap in the live feed revocations may have been missed. */
  forget(): void {
    this.known.clear();
  }

  private kept(keyId: string, now: Instant): StoredKey | undefined {
    const entry = this.known.get(keyId);
    return entry !== undefined && entry.until > now ? entry.key : undefined;
  }

  private async read(keyId: string, now: Instant): Promise<StoredKey | undefined> {
    const key = await this.find(keyId);
    if (key === undefined) return undefined;
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(keyId, { key, until: now + KEEP_MS });
    return key;
  }
}
