import type { DecodeLimits } from '../text/decode.ts';
import { defaultPolicy } from '../policy.ts';
import { Canaries } from './canaries.ts';
import { ProtectedText } from './prompt-leak.ts';
import { Topics, type Topic } from './topics.ts';

export type GuardAction = 'allow' | 'redact' | 'block';

export interface GuardedTopic extends Topic {
  /** Where it is refused; absent: on both sides. */
  readonly on?: readonly ('input' | 'output')[];
}

/** What a tenant decides about what leaves, and what is talked about. Everything absent is as in `DEFAULT_GUARD`. */
export interface GuardPolicy {
  readonly secrets?: Exclude<GuardAction, 'allow'>;
  readonly personalData?: GuardAction;
  /** Kinds of personal data that are meant; `all` for each one that is known. */
  readonly personalDataKinds?: readonly string[];
  readonly links?: GuardAction;
  /** Hosts that links may lead to, with their sub-domains; absent: any, as long as the link carries no data. */
  readonly allowedHosts?: readonly string[];
  readonly systemPrompt?: 'allow' | 'block';
  /** Random tokens planted where nobody should read them out. */
  readonly canaries?: readonly string[];
  readonly topics?: readonly GuardedTopic[];
}

/**
 * Secrets, and numbers by which a person is charged, taxed or identified, leave nowhere. What a document is asked for every day, addresses, phone
 * numbers, names, passes unless the tenant says otherwise.
 */
export const DEFAULT_GUARD = {
  secrets: 'redact',
  personalData: 'redact',
  personalDataKinds: [
    'card',
    'iban',
    'us-ssn',
    'us-itin',
    'us-mbi',
    'uk-nhs',
    'uk-nino',
    'ca-sin',
    'au-tfn',
    'au-medicare',
    'in-aadhaar',
    'in-pan',
    'es-nif',
    'es-nie',
    'it-fiscal-code',
    'pl-pesel',
    'fi-hetu',
    'se-personnummer',
    'sg-nric',
    'kr-rrn',
    'kr-frn',
    'th-tnin',
    'tr-id',
    'za-id',
    'de-tax-id',
    'de-social-security',
    'de-health-insurance',
    'br-cpf',
    'cn-id',
    'no-id',
    'fr-nir',
    'be-nrn',
    'nl-bsn',
    'tw-id',
    'il-id',
    'ir-id',
    'hk-id',
    'passport',
    'us-passport',
    'uk-passport',
    'in-passport',
    'es-passport',
    'it-passport',
    'kr-passport',
    'de-passport',
    'de-id-card',
    'it-identity-card',
    'us-bank-number',
  ],
  links: 'redact',
  systemPrompt: 'block',
  canaries: [],
  topics: [],
} as const satisfies GuardPolicy;

/** A policy made ready, once: what it looks for is compiled, so that a text costs the same whatever the policy lists. */
export interface ReadyGuard {
  /** Named in every verdict: 0 is the default of the release. */
  readonly version: number;
  readonly secrets: GuardAction;
  readonly personalData: GuardAction;
  readonly isGuarded: (kind: string) => boolean;
  readonly links: GuardAction;
  readonly allowedHosts: readonly string[] | undefined;
  readonly systemPrompt: GuardAction;
  readonly prompts: readonly ProtectedText[];
  readonly canaries: Canaries;
  readonly topics: { readonly input: Topics; readonly output: Topics };
  readonly decode: DecodeLimits;
}

export interface GuardOptions {
  readonly version?: number;
  /** Texts that must not be told, by name. */
  readonly prompts?: Readonly<Record<string, string>>;
}

const ON: NonNullable<GuardedTopic['on']> = ['input', 'output'];

export function readyGuard(policy: GuardPolicy = {}, { version = 0, prompts = {} }: GuardOptions = {}): ReadyGuard {
  const whole: GuardPolicy & typeof DEFAULT_GUARD = { ...DEFAULT_GUARD, ...(policy as object) };
  const wanted = new Set<string>(whole.personalDataKinds);
  const topicsOn = (side: 'input' | 'output'): Topics => new Topics((policy.topics ?? []).filter(({ on = ON }) => on.includes(side)));
  return {
    version,
    secrets: whole.secrets,
    personalData: whole.personalData,
    isGuarded: wanted.has('all') ? () => true : (kind) => wanted.has(kind),
    links: whole.links,
    allowedHosts: policy.allowedHosts,
    systemPrompt: whole.systemPrompt,
    prompts: Object.entries(prompts).map(([name, text]) => new ProtectedText(name, text)),
    canaries: new Canaries(policy.canaries ?? []),
    topics: { input: topicsOn('input'), output: topicsOn('output') },
    decode: defaultPolicy.decode,
  };
}
