import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity';
const isText: Check = (value) => typeof value === 'string';
const isInteger64: Check = (value) => typeof value === 'string' || typeof value === 'number';
const isEnum: Check = (value) => typeof value === 'string' || typeof value === 'number';
const anything: Check = () => true;

const WELL_KNOWN: Readonly<Record<string, Check>> = { 'google.protobuf.Timestamp': isText, 'google.protobuf.Value': anything };

function scalarCheck(type: ScalarType): Check {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return isText;
    case ScalarType.BOOL:
      return (value) => typeof value === 'boolean';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return isInteger64;
    default:
      return isNumber;
  }
}

const messages = new Map<DescMessage, ReadonlyMap<string, Check>>();

function fieldChecks(desc: DescMessage): ReadonlyMap<string, Check> {
  let checks = messages.get(desc);
  if (checks === undefined) {
    checks = new Map(desc.fields.map((field) => [field.jsonName, fieldCheck(field)]));
    messages.set(desc, checks);
  }
  return checks;
}

const messageCheck = (desc: DescMessage): Check => WELL_KNOWN[desc.typeName] ?? ((value) => fitsSchema(desc, value));

function fieldCheck(field: DescField): Check {
  switch (field.fieldKind) {
    case 'scalar':
      return scalarCheck(field.scalar);
    case 'enum':
      return isEnum;
    case 'message':
      return messageCheck(field.message);
    case 'list': {
      const item =
        field.listKind === 'message' ? messageCheck(field.message) : field.listKind === 'enum' ? isEnum : scalarCheck(field.scalar);
      return (value) => Array.isArray(value) && value.every(item);
    }
    case 'map':
      return (value) => typeof value === 'object' && value !== null;
  }
}

/**
 * Whether the JSON form of a message has the right kind of value in every field it knows; unknown fields are let through, as a newer
 * release may write them. Cheaper than decoding: an event is checked at every read, so that no fold meets a shape it doesn't expect.
 */
export function fitsSchema(desc: DescMessage, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const checks = fieldChecks(desc);
  for (const name in value) {
    const check = checks.get(name);
    if (check !== undefined && !check((value as Record<string, unknown>)[name])) return false;
  }
  return true;
}
