import { describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import { createModelProvider } from './create-model-provider.ts';
import { readModelSettings } from './model-settings.ts';

const request = { system: 's', messages: [], maxOutputTokens: 10 };

function faultOf(env: Readonly<Record<string, string>>): unknown {
  try {
    return createModelProvider(env);
  } catch (error) {
    return error;
  }
}

describe('the provider that the environment asks for', () => {
  it('is offline without key and server, or with empty ones', async () => {
    for (const env of [{}, { OPENAI_API_KEY: '', OPENAI_BASE_URL: ' ' }, { OCTO_MODEL: 'gpt-4.1' }]) {
      const provider = createModelProvider(env);
      expect([provider.name, provider.offline]).toEqual(['offline', true]);
      await expect(provider.quote(request)).resolves.toMatchObject({ model: 'offline', worstCaseMicroUsd: 0 });
    }
  });

  it('says what to set when free text is asked of it offline', async () => {
    const error: unknown = await createModelProvider({})
      .generate(request)
      .catch((fault: unknown) => fault);
    expect(isFault(error, 'model-not-configured')).toBe(true);
    expect(String(error)).toContain('OPENAI_API_KEY');
  });

  it('is the official server with a default model when only a key is set', () => {
    expect(readModelSettings({ OPENAI_API_KEY: 'k' })).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      model: 'gpt-4.1-mini',
      apiKey: 'k',
    });
  });

  it('is a server of one’s own without a key, its model still to be asked for', () => {
    const settings = readModelSettings({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1/' });
    expect(settings).toEqual({ baseUrl: 'http://127.0.0.1:11434/v1', timeoutMs: 120_000 });
  });

  it.each([
    { OPENAI_BASE_URL: 'file:///etc/passwd' },
    { OPENAI_BASE_URL: 'not a url' },
    { OPENAI_BASE_URL: 'http://user:hunter2@host/v1' },
    { OPENAI_BASE_URL: 'http://host/v1?key=hunter2' },
    { OPENAI_API_KEY: 'hunter2\nx' },
    { OPENAI_API_KEY: 'k', OCTO_MODEL_TIMEOUT_MS: 'soon' },
    { OPENAI_API_KEY: 'k', OCTO_MODEL_TIMEOUT_MS: '0' },
    { OPENAI_API_KEY: 'k', OCTO_MODEL_PRICE: 'cheap' },
  ])('is refused, without showing the value, for %j', (env) => {
    const error = faultOf(env);
    expect(isFault(error, 'model-config-invalid')).toBe(true);
    expect(String(error)).not.toContain('hunter2');
  });
});
