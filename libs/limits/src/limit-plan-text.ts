import { Fault } from '@octobus/kernel';
import type { Limit } from './gcra.ts';
import type { LimitPlan, Tier } from './limit-plan.ts';

const MOST = 1_000_000;

/** Reads a plan of limits from JSON text. Fault `config-invalid` that names the place, never the value. */
export function limitPlanOf(text: string): LimitPlan {
  const plan = objectAt('the file', parsed(text));
  onlyFields('the file', plan, ['default', 'tiers', 'tenants']);
  const tiers = mapAt('/tiers', plan['tiers'] ?? {}, tierAt);
  const tenants = mapAt('/tenants', plan['tenants'] ?? {}, (at, value) => tierName(at, value, tiers));
  return { tiers, tenants, otherwise: tierName('/default', plan['default'], tiers) };
}

function tierAt(at: string, value: unknown): Tier {
  const tier = objectAt(at, value);
  onlyFields(at, tier, ['tenant', 'user', 'routes']);
  return {
    ...(tier['tenant'] === undefined ? {} : { tenant: limitAt(`${at}/tenant`, tier['tenant']) }),
    ...(tier['user'] === undefined ? {} : { user: limitAt(`${at}/user`, tier['user']) }),
    ...(tier['routes'] === undefined ? {} : { routes: mapAt(`${at}/routes`, tier['routes'], limitAt) }),
  };
}

function limitAt(at: string, value: unknown): Limit {
  const limit = objectAt(at, value);
  onlyFields(at, limit, ['rate', 'burst']);
  return { rate: numberAt(`${at}/rate`, limit['rate'], 0.001), burst: Math.floor(numberAt(`${at}/burst`, limit['burst'], 1)) };
}

function tierName(at: string, value: unknown, tiers: Readonly<Record<string, Tier>>): string {
  if (typeof value !== 'string' || !Object.hasOwn(tiers, value)) throw invalid(at, 'must name one of the tiers');
  return value;
}

function numberAt(at: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= MOST)) throw invalid(at, `must be a number from ${least} to ${MOST}`);
  return value;
}

function mapAt<T>(at: string, value: unknown, read: (at: string, value: unknown) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(objectAt(at, value)).map(([name, inner]) => [name, read(`${at}/${name.slice(0, 80)}`, inner)]));
}

function objectAt(at: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(at, 'must be an object');
  return value as Readonly<Record<string, unknown>>;
}

function onlyFields(at: string, value: object, fields: readonly string[]): void {
  if (Object.keys(value).some((field) => !fields.includes(field))) throw invalid(at, `knows only ${fields.join(', ')}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the file', 'is not JSON');
  }
}

const invalid = (at: string, what: string): Fault =>
  new Fault('config-invalid', { retryable: false, message: `OCTO_LIMITS_FILE: ${at} ${what}` });
