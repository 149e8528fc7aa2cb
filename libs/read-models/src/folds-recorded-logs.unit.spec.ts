import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { EVENT_SCHEMAS } from '@octobus/contracts';
import { type RecordedEvent, toRecordedEvent } from '@octobus/event-log';
import { viewOf } from '@octobus/task';
import { describe, expect, it } from '@jest/globals';
import type { FoldableEvent } from './projection.ts';
import { rowsOf } from './testing/folded-rows.ts';

/** One line of a recording; `apps/octobus/test/record-log.ts` makes them from a real stack at each release. */
interface Line {
  readonly sequence: number;
  readonly storedAt: number;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

const FOLDER = new URL('../../contracts/recorded/', import.meta.url);
const releases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ndjson'))
  .map((name) => name.slice(0, -'.ndjson'.length));

const linesOf = (release: string): readonly Line[] =>
  readFileSync(new URL(`${release}.ndjson`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const read = ({ headers, data, ...place }: Line): RecordedEvent | undefined =>
  toRecordedEvent({ ...place, header: (name) => headers[name], data: new TextEncoder().encode(JSON.stringify(data)) });

/** Every task as a reader sees it, and every row of the read models, as plain JSON. */
function fold(events: readonly RecordedEvent[]): object {
  const tasks = Map.groupBy(
    events.filter(({ address }) => address.aggregate === 'task'),
    ({ address }) => address.id,
  );
  const rows = rowsOf(events as readonly FoldableEvent[]);
  const state = {
    tasks: Object.fromEntries([...tasks].map(([id, own]) => [id, viewOf(id, own)])),
    rows: Object.fromEntries(
      [...rows].map(([table, byKey]) => [
        table,
        Object.fromEntries([...byKey].map(([key, row]) => [key.replaceAll('\u0000', ' ').trim(), row])),
      ]),
    ),
  };
  return JSON.parse(JSON.stringify(state)) as object;
}

/** What the fold gave when the log was recorded. Made once, when it is missing, and then never again: look at it, and commit it. */
function committedState(release: string, now: object): object {
  const file = new URL(`${release}.state.json`, FOLDER);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify(now, undefined, 1)}\n`);
  throw new Error(`${release}.state.json was missing and is there now: look at it, and commit it`);
}

describe.each(releases)('the log that release %s wrote', (release) => {
  const events = linesOf(release).map(read);

  it('is read whole, down to the last event', () => {
    expect(events.filter((event) => event === undefined || event.body.type === 'unknown')).toEqual([]);
  });

  /** Fields, rows and tables may be added since: whatever was there is there, with the same value. */
  it('folds to the same tasks and the same rows as it did then', () => {
    const now = fold(events.filter((event) => event !== undefined));
    expect(now).toMatchObject(committedState(release, now));
  });
});

describe('the recordings', () => {
  /** What came after the last release is recorded with the next one; until then its samples stand for it. */
  it('hold every type of event of every release', () => {
    const types = releases.flatMap((release) => linesOf(release).map(({ headers }) => headers['ce-type']));
    const released = releases.flatMap((release) => {
      const image = new URL(`../../../proto/released/${release}.json`, import.meta.url);
      // A log is recorded before its release is made.
      return existsSync(image) ? Object.keys((JSON.parse(readFileSync(image, 'utf8')) as { readonly events: object }).events) : [];
    });
    expect(released.length).toBeGreaterThan(0);
    expect(released.filter((type) => !types.includes(type))).toEqual([]);
    expect(released.filter((type) => !Object.hasOwn(EVENT_SCHEMAS, type))).toEqual([]);
  });
});
