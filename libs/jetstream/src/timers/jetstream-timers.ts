import { STREAMS, type TimerName, shardOf, timerCancelSubject, timerSubjects, toHeaders } from '@octobus/contracts';
import { LOG_FAULTS, type Timer, type Timers } from '@octobus/event-log';
import { formatInstant } from '@octobus/kernel';
import type { Bus } from '../connect.ts';
import { DirectGets } from '../direct-get.ts';
import { publishTo } from '../publish-to.ts';
import type { Head } from '../replies.ts';
import { retrying } from '../retrying.ts';

/** Headers of scheduled messages (nats-server 2.12 and later, ADR-51; purging by a publish 2.14). */
const SCHEDULE = 'Nats-Schedule';
const TARGET = 'Nats-Schedule-Target';
const TTL = 'Nats-Schedule-TTL';
const SCHEDULER = 'Nats-Scheduler';
const NEXT = 'Nats-Schedule-Next';

/** A firing stays in the timers' stream until the log has surely taken it; the log's own copy stays for ever. */
const FIRED_STAYS = '24h';

const NOTHING = new Uint8Array();
const TIMEOUT_MS = 2_000;

/**
 * Timers by scheduled messages of nats-server. A timer is one message under a subject of its own: setting it again replaces it. The server stores a copy
 * under the target when it is due and removes the timer; the log takes the copy by its source. Cancelling is a publish that names the timer, because a
 * purge can't be granted for some subjects only.
 */
export class JetStreamTimers implements Timers {
  private readonly bus: Bus;
  private readonly gets: DirectGets;

  constructor(bus: Bus) {
    this.bus = bus;
    this.gets = new DirectGets(bus.connection, STREAMS.timers, TIMEOUT_MS, LOG_FAULTS);
  }

  async set(timer: Timer): Promise<void> {
    const { waits, fired } = timerSubjects(timer);
    const head: Head = [...toHeaders(timer.envelope), [SCHEDULE, `@at ${formatInstant(timer.at)}`], [TARGET, fired], [TTL, FIRED_STAYS]];
    await publishTo(this.bus, waits, head, Buffer.from(JSON.stringify(timer.body.data), 'utf8'));
  }

  async cancel(timer: TimerName): Promise<void> {
    const head: Head = [
      [NEXT, 'purge'],
      [SCHEDULER, timerSubjects(timer).waits],
    ];
    await publishTo(this.bus, timerCancelSubject(shardOf(timer.address.id)), head, NOTHING);
  }
  isSet(timer: TimerName): Promise<boolean> {
    const { waits } = timerSubjects(timer);
    return retrying({ tries: 5, codes: LOG_FAULTS }, async () => (await this.gets.lastOf(waits)) !== undefined);
  }
}
