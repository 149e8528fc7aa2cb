import { describe, expect, it } from '@jest/globals';
import { facet, parseEventSubject, scope, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import { HeardSequences, holdingWhatWasHeard } from './heard-sequences.ts';

const PREFIX = taskPrefix('acme', '01a1fe90-263b-7ad5-ada5-01f14935894e');
const SUBMITTED = `${PREFIX}.${facet.request('submit', '01a1fe90-263b-7ad5-ada5-01f14935894e')}`;

const event = (subject: string, sequence: number): RecordedEvent => {
  const address = parseEventSubject(subject);
  if (address === undefined) throw new Error('no event subject');
  return { address, sequence, subject } as RecordedEvent;
};

/** A cluster of which one server, the first that is asked, is behind. */
class LaggingLog extends InMemoryEventLog {
  readonly asked: number[] = [];

  override async last(): Promise<undefined> {
    return undefined;
  }

  override async load(_filters: readonly string[], { atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    this.asked.push(atLeast);
    return atLeast === 0 ? [] : [event(SUBMITTED, atLeast)];
  }
}

describe('what the gateway was told of', () => {
  it('is found by whoever reads the task next', async () => {
    const heard = new HeardSequences();
    const log = holdingWhatWasHeard(new LaggingLog(), heard);
    expect(await log.load([scope.all(PREFIX)])).toEqual([]);
    expect(await log.last(SUBMITTED)).toBeUndefined();
    heard.seen(event(SUBMITTED, 7));
    expect(await log.load([scope.all(PREFIX)])).toHaveLength(1);
    expect((await log.last(SUBMITTED))?.sequence).toBe(7);
  });

  it('never lowers what a reader asks for', async () => {
    const heard = new HeardSequences();
    const behind = new LaggingLog();
    const log = holdingWhatWasHeard(behind, heard);
    heard.seen(event(SUBMITTED, 7));
    heard.seen(event(SUBMITTED, 5));
    await log.load([scope.all(PREFIX)], { atLeast: 9 });
    await log.load([scope.all(PREFIX)], { atLeast: 3 });
    await log.load([scope.all(taskPrefix('acme', 'another'))]);
    expect(behind.asked).toEqual([9, 7, 0]);
  });

  it('is forgotten when there is much else, so that memory is bounded', () => {
    const heard = new HeardSequences();
    heard.seen(event(SUBMITTED, 1));
    for (let n = 2; n < 20_100; n++) heard.seen(event(`${taskPrefix('acme', `t${n}`)}.${facet.end}`, n));
    expect(heard.of(SUBMITTED)).toBe(0);
    expect(heard.of(`${taskPrefix('acme', 't20000')}.>`)).toBe(20_000);
  });
});
