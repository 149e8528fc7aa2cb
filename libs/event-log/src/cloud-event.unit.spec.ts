import { describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { type CloudEvent, toCloudEvent } from './cloud-event.ts';
import type { RecordedEvent } from './event-log.ts';
import { envelopeOf } from './testing/event-log.contract.ts';

/** CloudEvents 1.0.2: required attributes, attribute names (section "Attribute Naming Convention") and strings ("Type System"), in JSON (JSON event format 2 and 3). */
const text = { type: 'string', minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$' };
const FORMAT = {
  type: 'object',
  required: ['id', 'source', 'specversion', 'type'],
  propertyNames: { pattern: '^(?:[a-z0-9]+|data_base64)$' },
  properties: {
    id: text,
    source: { ...text, format: 'uri-reference' },
    specversion: { const: '1.0' },
    type: text,
    datacontenttype: { type: 'string', pattern: '^[a-z]+/[a-z0-9.+-]+$' },
    dataschema: { type: 'string', format: 'uri' },
    subject: text,
    time: { type: 'string', format: 'date-time' },
    data: {},
    data_base64: { type: 'string' },
  },
  additionalProperties: { anyOf: [{ type: 'boolean' }, { type: 'integer', minimum: -2147483648, maximum: 2147483647 }, text] },
};
const ajv = new Ajv2020({ strict: true });
formats.default(ajv, ['uri', 'uri-reference', 'date-time']);
const valid = ajv.compile(FORMAT);

const expectValid = (event: CloudEvent): void => {
  const sent: unknown = JSON.parse(JSON.stringify(event));
  expect([valid(sent), valid.errors]).toEqual([true, null]);
};

const recorded = (envelope: Partial<RecordedEvent['envelope']> = {}, data: unknown = { spentMicroUsd: '12' }): RecordedEvent => ({
  subject: `${taskPrefix('acme', 'one')}.flow.end`,
  address: { shard: '00', tenant: 'acme', aggregate: 'task', id: 'one', facet: ['flow', 'end'] },
  sequence: 4711,
  storedAt: Date.parse('2026-11-21T12:00:00.123Z'),
  envelope: { ...envelopeOf('task.completed.v1', 'one', 'id-1'), causation: 'cause', ...envelope },
  body: { type: 'unknown', data },
});

describe('a recorded event as a CloudEvent', () => {
  it('has its attributes, its place in the log and its data as it was stored', () => {
    const event = toCloudEvent(recorded({ traceparent: '00-1-2-01' }), 'EVENTS', 'c4711');
    expectValid(event);
    expect(event).toEqual({
      specversion: '1.0',
      id: 'id-1',
      source: 'octobus/test',
      type: 'task.completed.v1',
      subject: 'one',
      time: '2026-11-21T12:00:00.000Z',
      datacontenttype: 'application/json',
      traceparent: '00-1-2-01',
      octoactor: 'service:test',
      octocausation: 'cause',
      octostream: 'EVENTS',
      octosequence: '4711',
      octosubject: `${taskPrefix('acme', 'one')}.flow.end`,
      octostored: '2026-11-21T12:00:00.123Z',
      octocursor: 'c4711',
      data: { spentMicroUsd: '12' },
    });
  });

  it('says what stands in the log, however a later release reads it', () => {
    const event = { ...recorded(), written: { spent: 12 } };
    expect(toCloudEvent(event, 'EVENTS').data).toEqual({ spent: 12 });
  });

  it('is one whatever its writer put into the envelope', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', '\u0000', '%', 'a b', '\u0085', '\ud800', '<>'));
    fc.assert(
      fc.property(anything, anything, anything, anything, fc.jsonValue(), (id, source, time, actor, data) => {
        const event = toCloudEvent(recorded({ id, source, time, actor, causation: source, type: `${id}x` }, data), 'EVENTS');
        expectValid(event);
        expect(event.data).toEqual(data);
      }),
    );
  });
});
