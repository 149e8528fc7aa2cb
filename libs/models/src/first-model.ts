import { Fault } from '@octobus/kernel';
import { MODEL_FAULTS } from './faults.ts';
import type { ModelSettings } from './model-settings.ts';

/** The first id of `GET {base}/models` (OpenAI wire: `{data: [{id}]}`). Throws the status as an object that `fromAiSdkError` reads. */
export async function firstModel(settings: ModelSettings, get: typeof fetch, abort: AbortSignal): Promise<string> {
  const headers: Record<string, string> = settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` };
  const response = await get(`${settings.baseUrl}/models`, { headers, signal: abort });
  if (!response.ok) {
    await response.body?.cancel();
    throw Object.assign(new Error('models'), { statusCode: response.status, responseHeaders: Object.fromEntries(response.headers) });
  }
  const body: unknown = await response.json().catch(() => undefined);
  const id = (body as { data?: readonly { id?: unknown }[] } | undefined)?.data?.[0]?.id;
  if (typeof id !== 'string' || id === '') {
    throw new Fault(MODEL_FAULTS.configInvalid, { retryable: false, message: 'the model server lists no model; set OCTO_MODEL' });
  }
  return id;
}
