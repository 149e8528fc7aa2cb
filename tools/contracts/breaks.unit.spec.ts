import { describe, expect, it } from '@jest/globals';

interface Breaks {
  readonly eventBreaks: (before: object, now: object) => readonly string[];
  readonly schemaBreaks: (before: object, now: object, path: string) => readonly string[];
}
const { eventBreaks, schemaBreaks } = (await import(new URL('./breaks.mjs', import.meta.url).href)) as Breaks;

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['a'],
  properties: { a: { type: 'string', maxLength: 10 }, b: { enum: ['x', 'y'] } },
};

describe('a schema of commands', () => {
  it.each([
    ['nothing changes', {}],
    ['a field is added that may be left out', { properties: { ...schema.properties, c: { type: 'string' } } }],
    ['a field may be left out', { required: [] }],
    ['a field may be longer', { properties: { ...schema.properties, a: { type: 'string', maxLength: 20 } } }],
    ['a field may have more values', { properties: { ...schema.properties, b: { enum: ['x', 'y', 'z'] } } }],
    ['a field may have any value', { properties: { ...schema.properties, b: {} } }],
    ['fields may be unknown', { additionalProperties: true }],
    ['words about it change', { description: 'other words' }],
  ])('takes what it took when %s', (_, more) => {
    expect(schemaBreaks(schema, { ...schema, ...more }, 'x')).toEqual([]);
  });

  it.each([
    ['a field has to be there', { required: ['a', 'b'] }, 'x/b is required now'],
    ['a field is gone', { properties: { a: schema.properties.a } }, 'x/b is not taken any more'],
    [
      'a field has to be shorter',
      { properties: { ...schema.properties, a: { type: 'string', maxLength: 9 } } },
      'x/a: maxLength was 10 and is 9',
    ],
    [
      'a field has to be longer',
      { properties: { ...schema.properties, a: { type: 'string', maxLength: 10, minLength: 1 } } },
      'x/a: minLength was open and is 1',
    ],
    [
      'a field is of another type',
      { properties: { ...schema.properties, a: { type: 'number', maxLength: 10 } } },
      'x/a: type was "string" and is "number"',
    ],
    [
      'a field is held to a pattern',
      { properties: { ...schema.properties, a: { type: 'string', maxLength: 10, pattern: '^a' } } },
      'x/a: pattern was open and is "^a"',
    ],
    ['a field loses a value', { properties: { ...schema.properties, b: { enum: ['x'] } } }, 'x/b does not take "y" any more'],
    ['either of two is asked for', { oneOf: [{ required: ['a'] }, { required: ['b'] }] }, 'x: oneOf was open and is'],
  ])('refuses what it took when %s', (_, more, said) => {
    expect(schemaBreaks(schema, { ...schema, ...more }, 'x')).toEqual([expect.stringContaining(said)]);
  });
});

describe('an event of a release', () => {
  const before = { events: { 'a.b.v1': { message: 'M', place: 'a.flow' } }, retired: {} };

  it('may be retired when an upcaster reads it where it stood', () => {
    const now = { events: { 'a.b.v2': { message: 'N', place: 'a.flow' } }, retired: { 'a.b.v1': { message: 'M', to: 'a.b.v2' } } };
    expect(eventBreaks(before, now)).toEqual([]);
    expect(eventBreaks(before, { ...now, retired: {} })).toHaveLength(1);
    expect(eventBreaks(before, { ...now, retired: { 'a.b.v1': { message: 'N', to: 'a.b.v2' } } })).toHaveLength(1);
  });

  it('stays readable when it had been retired before', () => {
    const earlier = { events: {}, retired: { 'a.b.v1': { message: 'M', to: 'a.b.v2' } } };
    expect(eventBreaks(earlier, before)).toEqual([]);
    expect(eventBreaks(earlier, { events: {}, retired: {} })).toHaveLength(1);
  });
});
