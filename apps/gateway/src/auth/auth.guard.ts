import { CLI_AGENT, type CallOrigin, type Scope } from '@octobus/contracts';
import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { TokenBuckets } from '../limits/token-bucket.ts';
import { RequestFault } from '../problems/problem.ts';
import { parseKey, secretDigest } from './api-key.ts';
import type { KeyRing, StoredKey } from './key-ring.ts';
import { type Principal, SESSION_SCOPES } from './principal.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

const REQUIRED = 'octobus:scope';
/** Scope that a route needs. A route without it can't be reached. */
export const Needs = (scope: Scope | 'any' | 'none') => SetMetadata(REQUIRED, scope);

const principals = new WeakMap<object, Principal>();

/** The caller of an authenticated route. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('a route without authentication asked who is calling');
  return principal;
}

/** Who sent it, when it is known; for whoever tells of what became of a request. */
export const callerOf = (request: FastifyRequest): Principal | undefined => principals.get(request);

/** Authenticates by key or session, checks the scope, takes from the caller's rate. Closed by default. */
export class AuthGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly keys: KeyRing;
  private readonly sessions: Sessions;
  private readonly buckets: TokenBuckets;
  private readonly failures: TokenBuckets;

  constructor(reflector: Reflector, keys: KeyRing, sessions: Sessions, buckets: TokenBuckets, failures: TokenBuckets) {
    this.reflector = reflector;
    this.keys = keys;
    this.sessions = sessions;
    this.buckets = buckets;
    this.failures = failures;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.reflector.getAllAndOverride<Scope | 'any' | 'none' | undefined>(REQUIRED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (scope === 'none') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authenticate(request);
    if (principal === undefined) {
      this.take(`address:${request.ip}`);
      throw new RequestFault('unauthenticated', 'send "Authorization: Bearer octo_..."; `npx octobus key create` makes a key');
    }
    principals.set(request, principal);
    this.take(`key:${principal.keyId}`);
    if (scope === undefined || (scope !== 'any' && !principal.scopes.includes(scope))) {
      throw new RequestFault('forbidden', `this needs a key with the scope "${scope ?? 'platform'}"`);
    }
    return true;
  }

  private take(caller: string): void {
    const wait = this.buckets.take(caller);
    if (wait > 0) throw limited(wait);
  }

  private async authenticate(request: FastifyRequest): Promise<Principal | undefined> {
    const header = request.headers.authorization;
    const origin = originOf(request);
    if (header !== undefined) return this.byKey(header, request.ip, origin);
    const session = cookie(request, SESSION_COOKIE);
    if (session === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined;
    const named = await this.sessions.keyOf(session);
    const key = named === undefined ? undefined : await this.keys.get(named.keyId, named.keyDigest);
    return (
      key &&
      principal(
        key,
        key.scopes.filter((scope) => SESSION_SCOPES.includes(scope)),
        origin,
      )
    );
  }

  private async byKey(header: string, address: string, origin: CallOrigin): Promise<Principal | undefined> {
    const failures = `failures:${address}`;
    const presented = /^Bearer [!-~]{1,200}$/i.test(header) ? parseKey(header.slice(7)) : undefined;
    const digest = presented === undefined ? '' : secretDigest(presented.secret);
    const held = presented !== undefined && this.keys.holds(presented.keyId, digest);
    // Guessing keys costs a look-up each: whoever fails too often does no more work here.
    if (!held && this.failures.wait(failures) > 0) throw limited(this.failures.wait(failures));
    const key = presented && (await this.keys.get(presented.keyId, digest));
    if (key === undefined) this.failures.take(failures);
    return key && principal(key, key.scopes, origin);
  }
}

const limited = (wait: number): RequestFault =>
  new RequestFault('rate-limited', 'too many requests from this caller', { retryAfter: Math.ceil(wait) });

const principal = (key: StoredKey, scopes: readonly Scope[], origin: CallOrigin): Principal => ({
  tenant: key.tenant,
  keyId: key.keyId,
  keyDigest: key.secretDigest,
  actor: `key:${key.keyId}`,
  origin,
  scopes,
});

/** What the command line says of itself. */
const originOf = ({ headers }: FastifyRequest): CallOrigin =>
  headers['user-agent']?.startsWith(`${CLI_AGENT}/`) === true ? 'cli' : 'rest';

function cookie(request: FastifyRequest, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}
