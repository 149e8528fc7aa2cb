import { AiSdkProvider } from './ai-sdk-provider.ts';
import type { ModelProvider } from './model-provider.ts';
import { readModelSettings } from './model-settings.ts';
import type { Environment } from './model-settings.ts';
import { OfflineProvider } from './offline-provider.ts';

/** The provider that the environment asks for: a server when `OPENAI_BASE_URL` or `OPENAI_API_KEY` is set, else offline. */
export function createModelProvider(env: Environment): ModelProvider {
  const settings = readModelSettings(env);
  return settings === undefined ? new OfflineProvider() : new AiSdkProvider(settings);
}
