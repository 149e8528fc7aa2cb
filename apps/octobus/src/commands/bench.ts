import type { Command } from 'commander';
import { crashCommand } from './bench/crash.ts';
import { failoverCommand } from './bench/failover.ts';
import { fanOutCommand } from './bench/fan-out.ts';
import { footprintCommand } from './bench/footprint.ts';
import { growthCommand } from './bench/growth.ts';
import { replayCommand } from './bench/replay.ts';
import { restCommand } from './bench/rest.ts';
import { runsCommand } from './bench/runs.ts';
import { scaleCommand } from './bench/scale.ts';
import { sealingCommand } from './bench/sealing.ts';
import { streamCommand } from './bench/stream.ts';
import type { ClientContext } from './task.ts';

export function benchCommands(program: Command, context: ClientContext): void {
  const bench = program.command('bench').description('measure this machine');
  runsCommand(bench, context);
  fanOutCommand(bench, context);
  footprintCommand(bench, context);
  restCommand(bench, context);
  replayCommand(bench, context);
  crashCommand(bench, context);
  streamCommand(bench, context);
  scaleCommand(bench, context);
  growthCommand(bench, context);
  failoverCommand(bench, context);
  sealingCommand(bench, context);
}
