import { Fault } from '@octobus/kernel';
import type * as OpenAiCompatible from '@ai-sdk/openai-compatible';
import type * as AiSdk from 'ai';
import { firstModel } from './first-model.ts';
import { fromAiSdkError } from './from-ai-sdk-error.ts';
import { guardedFetch } from './guarded-fetch.ts';
import type {
  FinishReason,
  JsonSchema,
  ModelAnswer,
  ModelProvider,
  ModelRequest,
  ModelStreamPart,
  Quote,
  TokenUsage,
} from './model-provider.ts';
import { isOfficial } from './model-settings.ts';
import type { ModelSettings } from './model-settings.ts';
import { costMicroUsd, priceOf, worstCaseMicroUsd } from './prices.ts';
import type { Price } from './prices.ts';
import { countUpperBound, promptUpperBound } from './tokens.ts';

type Sdk = typeof AiSdk;
type Compatible = typeof OpenAiCompatible;

/** How the wish for JSON is put to the server; not every server knows every form. */
type FormatLevel = 'schema' | 'object' | 'none';
const LEVELS: readonly FormatLevel[] = ['schema', 'object', 'none'];
const PROVIDER_NAME = 'openai-compatible';
const LARGEST_COUNT = 1_000_000_000;

interface Attempt {
  readonly model: string;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly level: FormatLevel;
}

interface Outcome {
  readonly text: string;
  readonly finishReason: AiSdk.FinishReason;
  readonly usage: AiSdk.LanguageModelUsage;
  readonly modelId: string;
}

let loaded: Promise<readonly [Sdk, Compatible]> | undefined;
async function importSdk(): Promise<readonly [Sdk, Compatible]> {
  return [await import('ai'), await import('@ai-sdk/openai-compatible')];
}
/** Some 30 MB and 0.1 s that an offline start doesn't pay. */
const loadSdk = (): Promise<readonly [Sdk, Compatible]> => (loaded ??= importSdk());

const isCount = (count: number | undefined): count is number =>
  Number.isSafeInteger(count) && Number(count) >= 0 && Number(count) < LARGEST_COUNT;

/** The server's own counts, or upper bounds where it reports none. */
function usageOf(outcome: Outcome, request: ModelRequest): TokenUsage {
  const { inputTokens, outputTokens } = outcome.usage;
  if (isCount(inputTokens) && isCount(outputTokens)) return { inputTokens, outputTokens };
  return { inputTokens: promptUpperBound(request), outputTokens: request.maxOutputTokens, estimated: true };
}

function finishReasonOf(reason: AiSdk.FinishReason): FinishReason {
  return reason === 'stop' || reason === 'length' || reason === 'content-filter' ? reason : 'other';
}

/** OpenAI's own models refuse `max_tokens`; most other servers know nothing else. */
function withCompletionTokens(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens, ...rest } = body;
  return max_tokens === undefined ? rest : { ...rest, max_completion_tokens: max_tokens };
}

function outputOf(sdk: Sdk, schema: JsonSchema | undefined, level: FormatLevel): ReturnType<Sdk['Output']['text']> {
  const text = sdk.Output.text();
  if (schema === undefined || level === 'none') return text;
  return { ...text, responseFormat: Promise.resolve({ type: 'json', name: 'answer', schema: { ...schema } }) };
}

/** Any server that speaks OpenAI's chat completions: OpenAI, Ollama, vLLM, llama.cpp, LM Studio, gateways. */
export class AiSdkProvider implements ModelProvider {
  readonly name = PROVIDER_NAME;
  readonly offline = false;
  readonly #settings: ModelSettings;
  readonly #host: string;
  readonly #fetch = guardedFetch();
  #firstModel: string | undefined;
  #level: FormatLevel = 'schema';

  constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.#host = new URL(settings.baseUrl).host;
  }

  readonly count = countUpperBound;

  async quote(request: ModelRequest): Promise<Quote> {
    const model = await this.#guard(request, (signal) => this.#modelFor(request, signal));
    const price = this.#price(model);
    const { priceVersion, priceKnown } = price;
    return { model, priceVersion, priceKnown, worstCaseMicroUsd: worstCaseMicroUsd(price, request) };
  }

  async generate(request: ModelRequest): Promise<ModelAnswer> {
    await loadSdk();
    const started = performance.now();
    return this.#guard(request, async (signal) => {
      const model = await this.#modelFor(request, signal);
      const outcome = await this.#withFormat(request, (level) => this.#generateOnce({ model, request, signal, level }));
      return this.#answer(outcome, model, request, started);
    });
  }

  /** Asks in the form that worked last; steps down to no other, unlike `generate`. A reader who leaves early hangs up. */
  async *stream(request: ModelRequest): AsyncIterable<ModelStreamPart> {
    await loadSdk();
    const started = performance.now();
    const model = await this.#guard(request, (signal) => this.#modelFor(request, signal));
    const deadline = AbortSignal.timeout(this.#settings.timeoutMs);
    const left = new AbortController();
    const signal = AbortSignal.any([deadline, left.signal, ...(request.abort === undefined ? [] : [request.abort])]);
    try {
      const outcome = yield* this.#streamOnce({ model, request, signal, level: this.#level });
      yield { type: 'end', answer: this.#answer(outcome, model, request, started) };
    } catch (error) {
      throw this.#toFault(error, request, deadline);
    } finally {
      left.abort();
    }
  }

  async #generateOnce(attempt: Attempt): Promise<Outcome> {
    const [sdk] = await loadSdk();
    const result = await sdk.generateText(await this.#options(attempt));
    return { text: result.text, finishReason: result.finishReason, usage: result.usage, modelId: result.response.modelId };
  }

  async *#streamOnce(attempt: Attempt): AsyncGenerator<ModelStreamPart, Outcome> {
    const [sdk] = await loadSdk();
    // Without a handler of ours the SDK prints errors, prompt included, to the console; the same error arrives as a part.
    const result = sdk.streamText({ ...(await this.#options(attempt)), onError: () => undefined });
    let text = '';
    for await (const part of result.stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'abort') throw new DOMException('aborted', 'AbortError');
      if (part.type !== 'text-delta' || part.text === '') continue;
      text += part.text;
      yield { type: 'text', text: part.text };
    }
    const [finishReason, usage, response] = await Promise.all([result.finishReason, result.usage, result.response]);
    return { text, finishReason, usage, modelId: response.modelId };
  }

  async #options({ model, request, signal, level }: Attempt) {
    const [sdk] = await loadSdk();
    return {
      model: await this.#languageModel(model, level),
      instructions: request.system,
      messages: request.messages.map(({ role, text }) => ({ role, content: text })),
      maxOutputTokens: request.maxOutputTokens,
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      output: outputOf(sdk, request.responseSchema, level),
      abortSignal: signal,
      maxRetries: 0,
      telemetry: { isEnabled: false },
      ...(request.traceparent === undefined ? {} : { headers: { traceparent: request.traceparent } }),
    };
  }

  async #languageModel(model: string, level: FormatLevel): Promise<AiSdk.LanguageModel> {
    const [, { createOpenAICompatible }] = await loadSdk();
    const { baseUrl, apiKey } = this.#settings;
    return createOpenAICompatible({
      name: PROVIDER_NAME,
      baseURL: baseUrl,
      ...(apiKey === undefined ? {} : { apiKey }),
      fetch: this.#fetch,
      includeUsage: true,
      supportsStructuredOutputs: level === 'schema',
      ...(isOfficial(baseUrl) ? { transformRequestBody: withCompletionTokens } : {}),
    })(model);
  }

  /** Steps down to a plainer wish when the server refuses the form of the wish; a refusal costs nothing. What worked is remembered. */
  async #withFormat(request: ModelRequest, call: (level: FormatLevel) => Promise<Outcome>): Promise<Outcome> {
    for (const level of LEVELS.slice(LEVELS.indexOf(this.#level))) {
      try {
        const outcome = await call(level);
        if (request.responseSchema !== undefined) this.#level = level;
        return outcome;
      } catch (error) {
        const aboutFormat = fromAiSdkError(error, this.#context(false, false)).details['aboutFormat'] === true;
        if (!aboutFormat || request.responseSchema === undefined || level === 'none') throw error;
      }
    }
    throw new Error('a call without a format was refused for its format');
  }

  #answer(outcome: Outcome, model: string, request: ModelRequest, started: number): ModelAnswer {
    const price = this.#price(model);
    const usage = usageOf(outcome, request);
    return {
      text: outcome.text,
      finishReason: finishReasonOf(outcome.finishReason),
      usage,
      model: outcome.modelId.slice(0, 200) || model,
      priceVersion: price.priceVersion,
      costMicroUsd: costMicroUsd(price, usage),
      latencyMs: Math.round(performance.now() - started),
    };
  }

  #price(model: string): Price {
    return this.#settings.price ?? priceOf(model);
  }

  async #modelFor(request: ModelRequest, signal: AbortSignal): Promise<string> {
    const named = request.model ?? this.#settings.model ?? this.#firstModel;
    return named ?? (this.#firstModel = await firstModel(this.#settings, this.#fetch, signal));
  }

  async #guard<T>(request: ModelRequest, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(this.#settings.timeoutMs);
    try {
      return await call(AbortSignal.any(request.abort === undefined ? [deadline] : [request.abort, deadline]));
    } catch (error) {
      throw this.#toFault(error, request, deadline);
    }
  }

  #context(aborted: boolean, timedOut: boolean): Parameters<typeof fromAiSdkError>[1] {
    return { host: this.#host, aborted, timedOut, now: Date.now() };
  }

  #toFault(error: unknown, request: ModelRequest, deadline: AbortSignal): Fault {
    const aborted = request.abort?.aborted === true;
    if (error instanceof Fault && !aborted) return error;
    return fromAiSdkError(error, this.#context(aborted, deadline.aborted));
  }
}
