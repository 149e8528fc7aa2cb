import { Ajv } from 'ajv';
import type { JsonSchema } from '../model-provider.ts';

const LONGEST_ANSWER = 400_000;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON object in what a model wrote: alone, in a code fence or among words; undefined when there is none. */
export function findJson(text: string): unknown {
  if (text.length > LONGEST_ANSWER) return undefined;
  return parse(text) ?? parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}

/** Reads a model's text as a T; undefined when it is no JSON or breaks the schema. */
export function readerOf<T>(schema: JsonSchema): (text: string) => T | undefined {
  const validate = new Ajv({ allErrors: false, strict: true }).compile<T>(schema);
  return (text) => {
    const value = findJson(text);
    return validate(value) ? value : undefined;
  };
}
