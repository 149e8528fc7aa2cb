import { Fault } from '@octobus/kernel';
import { MODEL_FAULTS } from './faults.ts';
import { parsePrice } from './prices.ts';
import type { Price } from './prices.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the models are. */
export interface ModelSettings {
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Absent: the server's first model is asked for. */
  readonly model?: string;
  /** Price of every model of this server, when the operator knows better than the table. */
  readonly price?: Price;
  readonly timeoutMs: number;
}

const OFFICIAL_BASE_URL = 'https://api.openai.com/v1';
const OFFICIAL_HOST = 'api.openai.com';
/** Follows instructions and schemas well at a low price, and isn't a reasoning model, so `maxOutputTokens` is all text. */
const DEFAULT_OFFICIAL_MODEL = 'gpt-4.1-mini';
const DEFAULT_TIMEOUT_MS = 120_000;

const invalid = (message: string): Fault => new Fault(MODEL_FAULTS.configInvalid, { retryable: false, message });

export const isOfficial = (baseUrl: string): boolean => new URL(baseUrl).host === OFFICIAL_HOST;

const setting = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid('OPENAI_BASE_URL is not an http(s) address');
  }
  if (url.username !== '' || url.password !== '') throw invalid('OPENAI_BASE_URL holds a user or password; use OPENAI_API_KEY');
  if (url.search !== '' || url.hash !== '') throw invalid('OPENAI_BASE_URL holds a query or fragment');
  return url.href.endsWith('/') ? url.href.slice(0, -1) : url.href;
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TIMEOUT_MS;
  const ms = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (ms < 1) throw invalid('OCTO_MODEL_TIMEOUT_MS is not a number of milliseconds');
  return ms;
}

function readPrice(text: string | undefined): { price?: Price } {
  if (text === undefined) return {};
  const price = parsePrice(text);
  if (price === undefined) throw invalid('OCTO_MODEL_PRICE is not INPUT/OUTPUT in micro-dollars per million tokens');
  return { price };
}

function readKey(key: string | undefined): { apiKey?: string } {
  if (key === undefined) return {};
  if (!/^[\x21-\x7e]{1,4096}$/.test(key)) throw invalid('OPENAI_API_KEY holds characters that a header cannot carry');
  return { apiKey: key };
}

/**
 * Reads `OPENAI_BASE_URL`, `OPENAI_API_KEY`, `OCTO_MODEL`, `OCTO_MODEL_PRICE` (`INPUT/OUTPUT`, micro-dollars per million tokens) and
 * `OCTO_MODEL_TIMEOUT_MS`. Undefined when neither server nor key is set. Throws `model-config-invalid` without showing the value.
 */
export function readModelSettings(env: Environment): ModelSettings | undefined {
  const server = setting(env, 'OPENAI_BASE_URL');
  const key = setting(env, 'OPENAI_API_KEY');
  if (server === undefined && key === undefined) return undefined;
  const baseUrl = readBaseUrl(server ?? OFFICIAL_BASE_URL);
  const model = setting(env, 'OCTO_MODEL') ?? (isOfficial(baseUrl) ? DEFAULT_OFFICIAL_MODEL : undefined);
  return {
    baseUrl,
    ...readKey(key),
    ...(model === undefined ? {} : { model }),
    ...readPrice(setting(env, 'OCTO_MODEL_PRICE')),
    timeoutMs: readTimeout(setting(env, 'OCTO_MODEL_TIMEOUT_MS')),
  };
}
