import type { Channel } from './injection/rules.ts';
import { type InjectionScreening, screenInjection } from './injection/screen-injection.ts';
import { findPersonalData, type PersonalDataOptions } from './personal/find-personal-data.ts';
import type { Finding } from './personal/finding.ts';
import { isSecret } from './personal/kinds.ts';
import { defaultPolicy, type ScreeningPolicy } from './policy.ts';

export type Verdict = 'pass' | 'review' | 'block';

export interface Screening {
  readonly verdict: Verdict;
  readonly injection: InjectionScreening;
  readonly personalData: readonly Finding[];
}

export interface ScreeningOptions extends PersonalDataOptions {
  /** Default `direct`. */
  readonly channel?: Channel;
  readonly policy?: ScreeningPolicy;
}

export function verdictOf(injection: InjectionScreening, personalData: readonly Finding[], policy: ScreeningPolicy): Verdict {
  if (injection.score >= policy.blockFrom) return 'block';
  const secret = personalData.some(({ kind, score }) => isSecret(kind) && score >= policy.reviewSecretsFrom);
  return secret || injection.score >= policy.reviewFrom ? 'review' : 'pass';
}

/** Screens one text: pure, linear in its length, and its answer holds places and names of signals, never text of the input. */
export function screen(text: string, options: ScreeningOptions = {}): Screening {
  const policy = options.policy ?? defaultPolicy;
  const injection = screenInjection(text, options.channel ?? 'direct', policy.decode);
  const personalData = findPersonalData(text, options);
  return { verdict: verdictOf(injection, personalData, policy), injection, personalData };
}
