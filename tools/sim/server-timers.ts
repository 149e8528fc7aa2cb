import { type TimerName, timerSubjects } from '@octobus/contracts';
import { LOG_FAULTS, type Timer, type Timers } from '@octobus/event-log';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';
import { ask, retrying } from './request.ts';
import type { Server } from './server.ts';

const TRIES = 5;

/** One process's way to the timers of the server, over the same network as the log. */
export class ServerTimers implements Timers {
  private readonly process: Process;
  private readonly server: Server;
  private readonly chance: Chance;

  constructor(process: Process, server: Server, chance: Chance) {
    this.process = process;
    this.server = server;
    this.chance = chance;
  }

  set = (timer: Timer): Promise<void> => this.tried('append', () => this.server.timers.set(timer));
  cancel = (timer: TimerName): Promise<void> => this.tried('append', () => this.server.timers.cancel(timerSubjects(timer).event));
  isSet = (timer: TimerName): Promise<boolean> => this.tried('read', () => this.server.timers.has(timerSubjects(timer).event));

  private tried<T>(traffic: 'append' | 'read', work: () => T): Promise<T> {
    return retrying(this.process, this.chance, TRIES, () =>
      ask(this.process, traffic, LOG_FAULTS.unavailable, () => (this.server.isUp ? { answer: work() } : undefined)),
    );
  }
}
