import type { Limit } from './gcra.ts';

/** What one tier grants. What isn't named isn't limited. */
export interface Tier {
  /** All that a tenant does, whoever does it. */
  readonly tenant?: Limit;
  /** Each caller of a tenant: an API key, or its NATS account. */
  readonly user?: Limit;
  /** Each caller at one route: `POST /v1/tasks`, or `NATS submit`. */
  readonly routes?: Readonly<Record<string, Limit>>;
}

/** Tiers by name, and who has which. */
export interface LimitPlan {
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly tenants: Readonly<Record<string, string>>;
  /** Tier of everybody else. */
  readonly otherwise: string;
}

export type LimitScope = 'tenant' | 'user' | 'route';

/** One count that a call is held against. */
export interface Bucket {
  /** Names it among replicas; nothing of the caller can be read from it. */
  readonly key: string;
  readonly scope: LimitScope;
  readonly limit: Limit;
}

/** Who calls what. */
export interface Caller {
  readonly tenant: string;
  readonly user: string;
  readonly route: string;
}

/** Known callers; all are forgotten when there are more, which costs a digest each. */
const KNOWN = 10_000;

/** Finds the counts of a caller, the widest first. `digest` makes keys: 1 to 64 of `[a-z0-9-]`, of which nothing can be read. */
export class LimitBook {
  private readonly plan: LimitPlan;
  private readonly digest: (text: string) => string;
  private readonly known = new Map<string, readonly Bucket[]>();

  constructor(plan: LimitPlan, digest: (text: string) => string) {
    this.plan = plan;
    this.digest = digest;
  }

  bucketsOf(caller: Caller): readonly Bucket[] {
    const name = `${caller.tenant}\n${caller.user}\n${caller.route}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const found = this.find(caller);
    if (this.known.size >= KNOWN) this.known.clear();
    this.known.set(name, found);
    return found;
  }

  private find({ tenant, user, route }: Caller): readonly Bucket[] {
    const { tiers, tenants, otherwise } = this.plan;
    const name = own(tenants, tenant) ?? otherwise;
    const tier = own(tiers, name) ?? {};
    const bucket = (scope: LimitScope, limit: Limit | undefined, ...of: readonly string[]): Bucket[] =>
      limit === undefined ? [] : [{ key: this.digest([scope, name, tenant, ...of].join('\n')), scope, limit }];
    return [
      ...bucket('tenant', tier.tenant),
      ...bucket('user', tier.user, user),
      ...bucket('route', own(tier.routes ?? {}, route), user, route),
    ];
  }
}

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);
