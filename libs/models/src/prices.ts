import { microUsdOf } from '@octobus/kernel';
import type { MicroUsd } from '@octobus/kernel';
import type { ModelRequest, TokenUsage } from './model-provider.ts';
import { promptUpperBound } from './tokens.ts';

/** Micro-dollars per million tokens: 1 USD per million tokens = 1,000,000. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly priceVersion: string;
  /** False for models that aren't in the table: they count as free. */
  readonly priceKnown: boolean;
}

/** OpenAI's public list prices (standard tier, no cache or batch discount) as published in March 2026. */
export const PRICE_VERSION = 'openai-list-2026-03';
const NO_PRICE = 'none';

const LIST: Readonly<Record<string, readonly [inputPerMillion: number, outputPerMillion: number]>> = {
  'gpt-4.1': [2_000_000, 8_000_000],
  'gpt-4.1-mini': [400_000, 1_600_000],
  'gpt-4.1-nano': [100_000, 400_000],
  'gpt-4o': [2_500_000, 10_000_000],
  'gpt-4o-mini': [150_000, 600_000],
  'gpt-5': [1_250_000, 10_000_000],
  'gpt-5-mini': [250_000, 2_000_000],
  'gpt-5-nano': [50_000, 400_000],
  'gpt-5.1': [1_250_000, 10_000_000],
  'gpt-5.2': [1_750_000, 14_000_000],
  'gpt-5.4': [2_500_000, 15_000_000],
  'gpt-5.4-mini': [750_000, 4_500_000],
  'gpt-5.4-nano': [200_000, 1_250_000],
  o3: [2_000_000, 8_000_000],
  'o3-mini': [1_100_000, 4_400_000],
  'o4-mini': [1_100_000, 4_400_000],
};

const SNAPSHOT_DATE = /-\d{4}-\d{2}-\d{2}$/;

/** Price of a model by name; a dated snapshot (`gpt-4.1-2025-04-14`) costs what its family costs. */
export function priceOf(model: string): Price {
  const family = model.slice(-64).replace(SNAPSHOT_DATE, '');
  const listed = Object.hasOwn(LIST, family) ? LIST[family] : undefined;
  if (listed === undefined) return { inputPerMillion: 0, outputPerMillion: 0, priceVersion: NO_PRICE, priceKnown: false };
  return { inputPerMillion: listed[0], outputPerMillion: listed[1], priceVersion: PRICE_VERSION, priceKnown: true };
}

const OWN_PRICE = /^(\d{1,10})\/(\d{1,10})$/;

/** Reads an operator's own price, `INPUT/OUTPUT` in micro-dollars per million tokens; undefined when it isn't one. */
export function parsePrice(text: string): Price | undefined {
  const match = OWN_PRICE.exec(text.trim());
  if (match === null) return undefined;
  return {
    inputPerMillion: Number(match[1]),
    outputPerMillion: Number(match[2]),
    priceVersion: `own-${match[1]}-${match[2]}`,
    priceKnown: true,
  };
}

/** Cost of a call in micro-dollars, rounded up. Throws RangeError for counts that aren't safe integers >= 0. */
export function costMicroUsd(price: Price, usage: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>): MicroUsd {
  for (const count of [usage.inputTokens, usage.outputTokens]) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a count of tokens: ${count}`);
  }
  const total = BigInt(usage.inputTokens) * BigInt(price.inputPerMillion) + BigInt(usage.outputTokens) * BigInt(price.outputPerMillion);
  return microUsdOf(Number((total + 999_999n) / 1_000_000n));
}

/** The most a request can cost in micro-dollars: the prompt's upper bound plus everything it may generate. */
export function worstCaseMicroUsd(
  price: Price,
  request: Pick<ModelRequest, 'system' | 'messages' | 'responseSchema' | 'maxOutputTokens'>,
): MicroUsd {
  return costMicroUsd(price, { inputTokens: promptUpperBound(request), outputTokens: request.maxOutputTokens });
}
