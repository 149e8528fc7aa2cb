import { describe, expect, it } from '@jest/globals';
import { shardOf, taskPrefix, toHeaders } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import fc from 'fast-check';
import { EventReader, type EventSource } from './event-reader.ts';

const STREAMS = ['EVENTS', 'EVENTS1'];
/** One task for each stream. */
const TASKS = STREAMS.map((_, part) => {
  for (let i = 0; ; i++) if (Number.parseInt(shardOf(`t${i}`), 16) % 2 === part) return `t${i}`;
});

/** Two streams and their live feed, which a test can have dropping. */
class Bus implements EventSource {
  readonly logs = STREAMS.map(() => new InMemoryEventLog({ batch: 3 }));
  readonly parts = STREAMS.map((stream, i) => ({ stream, log: this.logs[i] ?? new InMemoryEventLog() }));
  readonly mayLag = false;
  dropping = false;
  subscriptions = 0;
  private appended = 0;
  private readonly listeners = new Set<{ event: (event: RecordedEvent) => void; gap: () => void }>();

  partOf = (subject: string): number => Number.parseInt(subject.split('.')[1] ?? '', 16) % 2;

  live: EventSource['live'] = {
    subscribe: async (_filter, on) => {
      this.subscriptions++;
      this.listeners.add(on);
      return {
        stop: () => {
          this.subscriptions--;
          this.listeners.delete(on);
        },
      };
    },
  };

  /** Without the feed. */
  store(part: number): void {
    const correlation = TASKS[part] ?? '';
    const envelope = { id: 'x', type: 'task.steps-scheduled.v1', source: 's', time: '', correlation, causation: '', actor: '' };
    const subject = `${taskPrefix('acme', correlation)}.flow.steps.${(this.appended += 1)}`;
    this.logs[part]?.plant(subject, toHeaders(envelope), '{}');
  }

  async append(part: number): Promise<void> {
    this.store(part);
    const event = await this.logs[part]?.last(`${taskPrefix('acme', TASKS[part] ?? '')}.flow.steps.${this.appended}`);
    if (event !== undefined && !this.dropping) for (const on of this.listeners) on.event(event);
  }

  gap(): void {
    this.dropping = false;
    for (const on of this.listeners) on.gap();
  }

  count = async (): Promise<number> => (await Promise.all(this.logs.map((log) => log.lastSequence()))).reduce((sum, n) => sum + n, 0);
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
type Act = 'first' | 'second' | 'drop' | 'gap' | 'wait';

describe('a reader who follows the events of a tenant', () => {
  it('gets each one behind its place once, in order in each stream, whatever the feed drops and when they come', async () => {
    const acts = fc.array(fc.constantFrom<Act>('first', 'second', 'first', 'second', 'drop', 'gap', 'wait'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(acts, acts, async (before, during) => {
        const bus = new Bus();
        const act = async (one: Act): Promise<void> => {
          if (one === 'first') await bus.append(0);
          if (one === 'second') await bus.append(1);
          if (one === 'drop') bus.dropping = true;
          if (one === 'gap') bus.gap();
          if (one === 'wait') await turn();
        };
        for (const one of before) await act(one);
        bus.dropping = false;
        const stop = new AbortController();
        const heard: [string, number][] = [];
        let positions: readonly number[] = [];
        const reading = (async () => {
          for await (const batch of new EventReader(bus, 'evt.>', [0, 0]).follow(stop.signal)) {
            for (const read of batch) {
              heard.push([read.stream, read.event.sequence]);
              positions = read.positions;
            }
          }
        })();
        for (const one of during) await act(one);
        bus.gap();
        for (let i = 0; heard.length < (await bus.count()) && i < 1_000; i++) await turn();
        stop.abort();
        await reading;
        for (const [i, stream] of STREAMS.entries()) {
          const last = (await bus.logs[i]?.lastSequence()) ?? 0;
          expect(heard.filter(([name]) => name === stream).map(([, sequence]) => sequence)).toEqual(
            Array.from({ length: last }, (_, n) => n + 1),
          );
          if (heard.length > 0) expect(positions[i]).toBe(last);
        }
        expect(bus.subscriptions).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('who is slow gets everything, and no more than a thousand events wait for them', async () => {
    const bus = new Bus();
    const stop = new AbortController();
    const heard: number[] = [];
    const following = new EventReader(bus, 'evt.>', [0, 0]).follow(stop.signal);
    const first = following.next();
    await turn();
    await bus.append(0);
    heard.push(...((await first).value as { event: RecordedEvent }[]).map(({ event }) => event.sequence));
    for (let i = 0; i < 2_500; i++) bus.store(0);
    for (let i = 0; i < 1_100; i++) await bus.append(1);
    let batches = 0;
    while (heard.length < 3_601) {
      const { value } = (await following.next()) as { value: readonly { event: RecordedEvent }[] };
      expect(value.length).toBeLessThanOrEqual(1_000);
      heard.push(...value.map(({ event }) => event.sequence));
      batches++;
    }
    expect(batches).toBeGreaterThan(2);
    stop.abort();
    expect((await following.next()).done).toBe(true);
  });
});
