import { CLI_AGENT, type CallOrigin, type Scope } from '@octobus/contracts';
import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { AdmissionLimits, LocalLimits, Verdict } from '@octobus/limits';
import { countLimited } from '@octobus/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sayLimit } from '../limits/say-limit.ts';
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
  private readonly limits: AdmissionLimits;
  private readonly strangers: LocalLimits;

  /** `strangers`: of addresses, counted here alone: who has no key must not make replicas talk to each other. */
  constructor(reflector: Reflector, keys: KeyRing, sessions: Sessions, limits: AdmissionLimits, strangers: LocalLimits) {
    this.reflector = reflector;
    this.keys = keys;
    this.sessions = sessions;
    this.limits = limits;
    this.strangers = strangers;
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
      if (this.strangers.take(`address:${request.ip}`, STRANGER) > 0) throw stranger(1);
      throw new RequestFault('unauthenticated', 'send "Authorization: Bearer octo_..."; `npx octobus key create` makes a key');
    }
    principals.set(request, principal);
    await this.admit(principal, request, context.switchToHttp().getResponse<FastifyReply>());
    if (scope === undefined || (scope !== 'any' && !principal.scopes.includes(scope))) {
      throw new RequestFault('forbidden', `this needs a key with the scope "${scope ?? 'platform'}"`);
    }
    return true;
  }

  private async admit({ tenant, actor }: Principal, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const taken = this.limits.take({ tenant, user: actor, route });
    const verdict = taken instanceof Promise ? await taken : taken;
    if (verdict === undefined) return;
    sayLimit(reply, verdict);
    if (verdict.allowed) return;
    countLimited('gateway', verdict.bucket.scope);
    throw limited(verdict);
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
    const wait = held ? 0 : this.strangers.wait(failures, FAILURES);
    if (wait > 0) throw stranger(wait);
    const key = presented && (await this.keys.get(presented.keyId, digest));
    if (key === undefined) this.strangers.take(failures, FAILURES);
    return key && principal(key, key.scopes, origin);
  }
}

/** Requests without a key a second, and at once, from one address. */
const STRANGER = { rate: 5_000, burst: 10_000 };
/** Unknown keys tried a second, and at once, from one address. */
const FAILURES = { rate: 20, burst: 100 };

function stranger(wait: number): RequestFault {
  countLimited('gateway', 'address');
  return new RequestFault('rate-limited', 'too many requests from this address', { retryAfter: Math.ceil(wait) });
}

const WHOSE = { tenant: 'all callers of this tenant', user: 'this caller', route: 'this caller at this route' } as const;

function limited({ bucket, wait }: Verdict): RequestFault {
  const { rate, burst } = bucket.limit;
  const message = `too many requests: ${WHOSE[bucket.scope]} may send ${rate} a second, ${burst} at once`;
  return new RequestFault('rate-limited', message, { retryAfter: Math.ceil(wait) });
}

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
