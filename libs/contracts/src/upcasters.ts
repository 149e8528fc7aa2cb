import type { DescMessage, JsonObject } from '@bufbuild/protobuf';
import { EVENT_SCHEMAS, type EventBody, type EventType, isEventType } from './events.ts';
import { fitsSchema } from './fits-schema.ts';
import { fitsSubject } from './fits-subject.ts';
import type { EventAddress } from './subjects.ts';

/**
 * A version of an event that is not written any more, and what it says in the words of the next one. A version never moves: all of them stand where
 * `EVENT_PLACES` has the present one (what stands elsewhere is another event).
 */
export interface Upcaster {
  /** e.g. `task.expired.v1`; no type that is still written. */
  readonly from: string;
  /** The next version of the same event; `to` of the last one of a chain is a type of today. */
  readonly to: string;
  /** Message that describes the body of `from`: it stays in `proto/` for ever, and so do samples of it. */
  readonly schema: DescMessage;
  /** Pure and total over what fits `schema`; the given object is not changed. */
  upcast(data: JsonObject): JsonObject;
}

export type Upcasters = ReadonlyMap<string, Upcaster>;

/** An event whose type this release doesn't know: kept as it is, skipped by folds. */
export interface UnknownBody {
  readonly type: 'unknown';
  readonly data: unknown;
}

/** `task.expired.v12` -> `task.expired` and 12. Releases begin at 1; 0 is for what was written before the first. */
export function parseEventType(type: string): { readonly name: string; readonly version: number } | undefined {
  const match = /^([a-z]{1,40}\.[a-z-]{1,60})\.v(0|[1-9]\d{0,5})$/.exec(type);
  return match === null ? undefined : { name: match[1] ?? '', version: Number(match[2]) };
}

/**
 * The registry. RangeError for one that could never read its versions: two upcasters from one type, one from a type that is still written, a step
 * to another event or to no later version, a chain that ends in nothing.
 */
export function upcasters(list: readonly Upcaster[]): Upcasters {
  const registry = new Map(list.map((upcaster) => [upcaster.from, upcaster]));
  if (registry.size < list.length) throw new RangeError('two upcasters from one version');
  for (const { from, to } of list) {
    const [old, next] = [parseEventType(from), parseEventType(to)];
    if (isEventType(from)) throw new RangeError(`${from} is still written: nothing is upcast from it`);
    if (old === undefined || next?.name !== old.name || next.version <= old.version)
      throw new RangeError(`${to} is no later version of ${from}`);
    if (!isEventType(to) && !registry.has(to)) throw new RangeError(`nothing reads ${to}, which ${from} becomes`);
  }
  return registry;
}

/** Versions that were written by an earlier release. None so far: every type is in its first version. */
export const UPCASTERS: Upcasters = upcasters([]);

/**
 * A body as today's release reads it: checked against the message of the version it was written in, then upcast to the present one. Undefined when the
 * type has no business at this place, or the body isn't the type's; `unknown` for a type of a newer release.
 */
export function readBody(
  type: string,
  data: unknown,
  address: EventAddress,
  registry: Upcasters = UPCASTERS,
): EventBody | UnknownBody | undefined {
  if (isEventType(type)) {
    return fitsSubject(type, address) && fitsSchema(EVENT_SCHEMAS[type], data) ? ({ type, data } as EventBody) : undefined;
  }
  const upcaster = registry.get(type);
  if (upcaster !== undefined) {
    return fitsSchema(upcaster.schema, data) ? readBody(upcaster.to, upcaster.upcast(data as JsonObject), address, registry) : undefined;
  }
  const older = olderVersionOf(type);
  return older === undefined || fitsSubject(older, address) ? { type: 'unknown', data } : undefined;
}

const latest = new Map<string, { readonly type: EventType; readonly version: number }>();
for (const type of Object.keys(EVENT_SCHEMAS) as EventType[]) {
  const { name, version } = parseEventType(type) ?? { name: type, version: 0 };
  if (version > (latest.get(name)?.version ?? 0)) latest.set(name, { type, version });
}

/** The version known here of which a type is a later one. */
function olderVersionOf(type: string): EventType | undefined {
  const parsed = parseEventType(type);
  const known = parsed && latest.get(parsed.name);
  return parsed !== undefined && known !== undefined && parsed.version > known.version ? known.type : undefined;
}

/** Whether a type is a later version of an event that this release knows: what it changes can't be told, but that it matters can. */
export const isNewerVersion = (type: string): boolean => olderVersionOf(type) !== undefined;
