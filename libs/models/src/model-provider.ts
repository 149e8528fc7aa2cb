import type { MicroUsd } from '@octobus/kernel';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ModelMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface ModelRequest {
  /** Name as the server knows it; absent: the provider's default. */
  readonly model?: string | undefined;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  /** Hard bound of what may be generated, in tokens; the worst case is priced with it. */
  readonly maxOutputTokens: number;
  readonly temperature?: number | undefined;
  /** A JSON schema the answer should follow. A wish: servers may ignore it, so the text is validated by whoever reads it. */
  readonly responseSchema?: JsonSchema | undefined;
  readonly abort?: AbortSignal | undefined;
  /** W3C trace context, sent along as a header. */
  readonly traceparent?: string | undefined;
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'other';

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True when the server reported no usable numbers and upper bounds stand in for them. */
  readonly estimated?: boolean;
}

export interface ModelAnswer {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** The model that answered, as the server names it. */
  readonly model: string;
  readonly priceVersion: string;
  readonly costMicroUsd: MicroUsd;
  readonly latencyMs: number;
}

export type ModelStreamPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'end'; readonly answer: ModelAnswer };

/** What a call may cost at most, known before it is made. */
export interface Quote {
  readonly model: string;
  readonly priceVersion: string;
  /** False: no price is known for this model, and the amount is 0. */
  readonly priceKnown: boolean;
  readonly worstCaseMicroUsd: MicroUsd;
}

/**
 * A door to language models. One call is one attempt: retries, fallbacks and budgets belong to the caller. Every failure is a `Fault` with
 * a code of `MODEL_FAULTS`, without keys, prompts or answers in it. `stream` yields the text in order and ends with one `end` part that
 * carries the whole answer; it throws like `generate`, also in the middle.
 */
export interface ModelProvider {
  readonly name: string;
  /** True: no model behind it; `generate` always faults and callers use the rules in `offline/`. */
  readonly offline: boolean;
  quote(request: ModelRequest): Promise<Quote>;
  generate(request: ModelRequest): Promise<ModelAnswer>;
  stream?(request: ModelRequest): AsyncIterable<ModelStreamPart>;
  /** Upper bound of the tokens of a text, whichever tokeniser the model has. */
  count(text: string): number;
}
