import { readFileSync, readdirSync } from 'node:fs';
import { equals, fromBinary, fromJson, type JsonValue, toBinary, toJson } from '@bufbuild/protobuf';
import { isUuid, parseInstant } from '@octobus/kernel';
import { describe, expect, it } from '@jest/globals';
import { HEADER, fromHeaders, toHeaders } from './envelope.ts';
import { EVENT_SCHEMAS, type EventType, isEventType } from './events.ts';
import { fitsSubject } from './fits-subject.ts';
import { parseEventSubject } from './subjects.ts';

interface Sample {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: JsonValue;
}

const SAMPLES = new URL('../samples/', import.meta.url);
const recordedTypes = readdirSync(SAMPLES);
const recorded = recordedTypes.flatMap((type) =>
  readdirSync(new URL(`${type}/`, SAMPLES)).map((file) => ({ type: type as EventType, name: `${type}/${file}` })),
);
const read = (name: string): Sample => JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8')) as Sample;

/** Where a value lies, e.g. `/steps/0/grant`: what a decoder ignored is missing among these. */
function pathsOf(value: JsonValue, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, `${path}/${key}`))];
}

describe('recorded events', () => {
  it('exist for every type that was ever released', () => {
    expect(Object.keys(EVENT_SCHEMAS).filter((type) => !recordedTypes.includes(type))).toEqual([]);
  });

  it('are of types that are still known', () => {
    expect(recordedTypes.filter((type) => !isEventType(type))).toEqual([]);
  });

  it.each(recorded)('decode today without loss: $name', ({ type, name }) => {
    const schema = EVENT_SCHEMAS[type];
    const { data } = read(name);
    const message = fromJson(schema, data, { ignoreUnknownFields: false });
    const kept = new Set(pathsOf(toJson(schema, message, { alwaysEmitImplicit: true })));
    expect(pathsOf(data).filter((path) => !kept.has(path))).toEqual([]);
    expect(equals(schema, fromJson(schema, toJson(schema, message)), message)).toBe(true);
    expect(equals(schema, fromBinary(schema, toBinary(schema, message)), message)).toBe(true);
  });

  it.each(recorded)('stand where their type belongs: $name', ({ type, name }) => {
    const address = parseEventSubject(read(name).subject);
    expect(address).toBeDefined();
    expect(address !== undefined && fitsSubject(type, address)).toBe(true);
  });

  it.each(recorded)('carry an envelope that fits their subject: $name', ({ type, name }) => {
    const { subject, headers } = read(name);
    const envelope = fromHeaders((header) => headers[header]);
    expect(envelope).toMatchObject({ type, correlation: parseEventSubject(subject)?.id });
    expect(envelope !== undefined && isUuid(envelope.id)).toBe(true);
    expect(parseInstant(envelope?.time ?? '')).toBeDefined();
    expect(envelope === undefined ? {} : Object.fromEntries(toHeaders(envelope))).toEqual(headers);
    expect(headers[HEADER.subject]).toBe(envelope?.correlation);
  });

  it('are refused with a field that nobody knows', () => {
    const { data } = read('task.completed.v1/1.json');
    const schema = EVENT_SCHEMAS['task.completed.v1'];
    expect(() => fromJson(schema, { ...(data as Record<string, JsonValue>), tip: 1 })).toThrow('tip');
  });
});
