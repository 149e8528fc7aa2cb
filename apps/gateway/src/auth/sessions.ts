import { createHmac, randomUUID } from 'node:crypto';
import { type Instant, instantOf } from '@octobus/kernel';
import { SignJWT, jwtVerify } from 'jose';

/** A key by its id and the SHA-256 of its secret. */
export interface NamedKey {
  readonly keyId: string;
  readonly keyDigest: string;
}

export const SESSION_COOKIE = 'octobus_session';
const LINK_SECONDS = 300;
const SESSION_SECONDS = 12 * 3600;
const ISSUER = 'octobus-gateway';

/** One-time sign-in links and the sessions they open: signed tokens that name the key they stand for. A revoked key ends its sessions. */
export class Sessions {
  private readonly key: Uint8Array;
  private readonly used = new Map<string, number>();
  private readonly clock: () => Instant;

  constructor(doorKey: string, clock: () => Instant) {
    this.key = createHmac('sha256', doorKey).update('browser sessions').digest();
    this.clock = clock;
  }

  /** A code for one sign-in within five minutes. */
  link({ keyId, keyDigest }: NamedKey): Promise<string> {
    return this.sign(`${keyId}.${keyDigest}`, 'sign-in', LINK_SECONDS);
  }

  /** A session for a link's code; undefined when the code is wrong, too old or was used before. */
  async open(code: string): Promise<string | undefined> {
    const claims = await this.verify(code, 'sign-in');
    if (claims?.jti === undefined || this.used.has(claims.jti)) return undefined;
    this.remember(claims.jti, claims.exp ?? 0);
    return this.sign(claims.sub ?? '', 'session', SESSION_SECONDS);
  }

  /** Key that the session stands for. */
  async keyOf(session: string): Promise<NamedKey | undefined> {
    const [keyId, keyDigest] = (await this.verify(session, 'session'))?.sub?.split('.') ?? [];
    return keyId === undefined || keyDigest === undefined ? undefined : { keyId, keyDigest };
  }

  cookie(session: string, secure: boolean): string {
    return `${SESSION_COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_SECONDS}${secure ? '; Secure' : ''}`;
  }

  private remember(jti: string, expires: number): void {
    const now = Math.floor(this.clock() / 1000);
    for (const [old, until] of this.used) if (until < now) this.used.delete(old);
    this.used.set(jti, expires);
  }

  private sign(subject: string, audience: string, lifetime: number): Promise<string> {
    const now = Math.floor(this.clock() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetime)
      .sign(this.key);
  }

  private async verify(token: string, audience: string): Promise<{ sub?: string; jti?: string; exp?: number } | undefined> {
    try {
      const options = { issuer: ISSUER, audience, algorithms: ['HS256'], currentDate: new Date(instantOf(this.clock())) };
      return (await jwtVerify(token, this.key, options)).payload;
    } catch {
      return undefined;
    }
  }
}
