import { type Band, bandOf } from './injection/bands.ts';
import { type Channel, channelOf, type Source } from './injection/channels.ts';
import { type InjectionScreening, screenInjection } from './injection/screen-injection.ts';
import { findPersonalData, type PersonalDataOptions } from './personal/find-personal-data.ts';
import type { Finding } from './personal/finding.ts';
import { isSecret } from './personal/kinds.ts';
import { defaultPolicy, type ScreeningPolicy } from './policy.ts';

export type Verdict = 'pass' | 'review' | 'block';

export interface Screening {
  /** `review` is what the bands `mark` and `approve` have in common. */
  readonly verdict: Verdict;
  readonly band: Band;
  readonly injection: InjectionScreening;
  readonly personalData: readonly Finding[];
}

export interface ScreeningOptions extends PersonalDataOptions {
  /** Default `user`. */
  readonly channel?: Source;
  readonly policy?: ScreeningPolicy;
}

/** Signals of the classifier and of encodings: no rule has seen an attack. */
const saysNoRule = (signal: string): boolean => signal.startsWith('learned:') || signal.startsWith('encoded:');

/**
 * Band of a text by its score, or `mark` when a secret is in it that the policy wants looked at. Nothing is refused on the classifier's word alone: it
 * errs on harmless texts of a kind that it hasn't seen, and a person can look.
 */
export function screenedBand(
  injection: InjectionScreening,
  personalData: readonly Finding[],
  channel: Channel,
  policy: ScreeningPolicy,
): Band {
  const scored = bandOf(injection.score, policy.bands[channel]);
  const band = scored === 'block' && injection.signals.every(saysNoRule) ? 'approve' : scored;
  const secret = personalData.some(({ kind, score }) => isSecret(kind) && score >= policy.reviewSecretsFrom);
  return band === 'allow' && secret ? 'mark' : band;
}

const verdicts: Readonly<Record<Band, Verdict>> = { allow: 'pass', mark: 'review', approve: 'review', block: 'block' };

/** Screens one text: pure, linear in its length, and its answer holds places and names of signals, never text of the input. */
export function screen(text: string, options: ScreeningOptions = {}): Screening {
  const policy = options.policy ?? defaultPolicy;
  const channel = channelOf(options.channel ?? 'user');
  const injection = screenInjection(text, channel, policy.decode);
  const personalData = findPersonalData(text, options);
  const band = screenedBand(injection, personalData, channel, policy);
  return { verdict: verdicts[band], band, injection, personalData };
}
