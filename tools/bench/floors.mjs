import { median, rounded } from './statistics.mjs';

/** How much worse than measured is still no regression: two fifths of the runs, half as much CPU again. Noise moves runs much, CPU little. */
const RUNS_MARGIN = 0.4;
const CPU_MARGIN = 1.5;

/**
 * One round's rows as ratios to the yardstick's: runs a second (the more the better) and CPU milliseconds a run (the less the better), by mode.
 * An Error where a row is absent.
 */
export function ratiosByMode(rows) {
  const absent = rows.find((row) => row.absent !== undefined && !row.absent.startsWith('it has no '));
  if (absent !== undefined) throw new Error(`${absent.system} ${absent.mode} gave nothing: ${absent.absent}`);
  const yardstick = rows.find(({ system, absent: missing }) => system === 'append-loop' && missing === undefined);
  if (yardstick === undefined) throw new Error('the append loop was not measured');
  return Object.fromEntries(
    rows
      .filter(({ system }) => system === 'octobus')
      .map(({ mode, runsPerSecond, cpuMsPerRun }) => [
        mode,
        { runs: runsPerSecond / yardstick.runsPerSecond, cpu: cpuMsPerRun === null ? undefined : cpuMsPerRun / yardstick.cpuMsPerRun },
      ]),
  );
}

/** A sentence for each ratio that is beyond its bound; CPU counts only where the kernel told it. */
export function beyond(bounds, ratios) {
  return Object.entries(bounds).flatMap(([mode, { runs, cpu }]) => {
    const found = ratios[mode];
    if (found === undefined) return [`octobus ${mode} was not measured`];
    return [
      ...(found.runs < runs.floor
        ? [`octobus ${mode} makes ${rounded(found.runs, 4)} of the append loop's runs/s, less than ${runs.floor}`]
        : []),
      ...(found.cpu !== undefined && found.cpu > cpu.ceiling
        ? [`octobus ${mode} takes ${rounded(found.cpu, 1)} times the append loop's CPU a run, more than ${cpu.ceiling}`]
        : []),
    ];
  });
}

/** Bounds from the ratios of several rounds: their medians, with the margins. */
export function boundsFrom(rounds) {
  const modes = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    modes.map((mode) => {
      const [runs, cpu] = ['runs', 'cpu'].map((name) => median(rounds.map((ratios) => ratios[mode][name])));
      return [
        mode,
        {
          runs: { measured: rounded(runs, 4), floor: rounded(runs * RUNS_MARGIN, 4) },
          cpu: { measured: rounded(cpu, 2), ceiling: rounded(cpu * CPU_MARGIN, 2) },
        },
      ];
    }),
  );
}
