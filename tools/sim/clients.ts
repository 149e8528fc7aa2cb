import type { World } from './world.ts';
import type { PlannedCommand } from './workload.ts';

/** A command that was taken, by the sequences it has in INGRESS: a client that heard nothing sends it again. */
export interface Accepted extends Pick<PlannedCommand, 'task' | 'verb'> {
  readonly sequences: readonly number[];
}

const AGAIN_MS = 1_000;

/** Sends every command at its time, and again until it is acknowledged. */
export class Clients {
  readonly accepted: Accepted[] = [];
  private waiting: number;

  constructor(world: World, commands: readonly PlannedCommand[]) {
    this.waiting = commands.length;
    for (const command of commands) this.send(world, command);
  }

  get isDone(): boolean {
    return this.waiting === 0;
  }

  private send({ client, server }: World, { at, task, verb, entry }: PlannedCommand): void {
    const sequences: number[] = [];
    let taken = false;
    const heard = (): void => {
      if (taken) return;
      taken = true;
      this.waiting--;
      this.accepted.push({ task, verb, sequences });
    };
    const offer = (): void => {
      if (taken) return;
      client.send('command', () => {
        if (!server.isUp) return;
        sequences.push(server.command(entry));
        client.hear('command', heard);
      });
      client.after(AGAIN_MS, offer);
    };
    client.after(at, offer);
  }
}
