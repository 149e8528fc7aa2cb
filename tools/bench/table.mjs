const HEAD = [
  'system',
  'mode',
  'clients',
  'durability',
  'runs/s',
  '(min-max)',
  'p50 ms',
  'p99 ms',
  'CPU ms/run',
  'MB',
  'steal %',
  'errors',
];
const LEFT = new Set([0, 1, 3]);

const number = (value, digits) => (value === null ? '-' : value.toFixed(digits));
const range = (pair, digits) => (pair === null ? '' : `(${pair.map((value) => value.toFixed(digits)).join('-')})`);

function cellsOf(row) {
  const failed = Object.entries(row.errors).map(([code, count]) => `${count} x ${code}`);
  return [
    row.system,
    row.mode,
    String(row.clients),
    row.durability,
    number(row.runsPerSecond, 1),
    range(row.spread.runsPerSecond, 1),
    number(row.p50Ms, 2),
    number(row.p99Ms, 2),
    number(row.cpuMsPerRun, 2),
    number(row.memoryMb, 0),
    `${number(row.stealPct, 1)}${row.stealHigh ? '!' : ''}`,
    failed.join(', ') || '-',
  ];
}

/** Rows as columns of text, then what is absent and why, what was set up how, and the ratios. */
export function reportText({ machine, workload, rows, ratios }) {
  const measured = rows.filter((row) => row.absent === undefined);
  return [
    `${workload} runs on ${machine.cpus} x ${machine.cpuModel}, ${machine.kernel}, ${machine.filesystem} (fsync ${machine.fsyncMs ?? '?'} ms)`,
    '',
    ...(measured.length > 0 ? columns([HEAD, ...measured.map(cellsOf)]) : ['nothing was measured']),
    ...section(rows.some((row) => row.stealHigh) ? ['! more than 10 % of the CPU went to others: compare with care'] : []),
    ...section(
      distinct(rows.filter((row) => row.absent !== undefined).map(({ system, mode, absent }) => `absent: ${system} ${mode}: ${absent}`)),
    ),
    ...section(
      distinct(
        measured.map(({ system, version, durability, setup }) => `${system} ${version ?? ''} (${durability}): ${setup ?? 'as it comes'}`),
      ),
    ),
    ...section(ratios.length > 0 ? ratios.map(ratioText) : ['no peer was measured: no ratio']),
  ].join('\n');
}

export function ratioText({ system, mode, metric, clients, value, among, peer, ratio, goal, met }) {
  const [what, unit, sign] = metric === 'p50Ms' ? ['p50 of one client', 'ms', '<='] : [`runs/s, ${clients} clients`, 'runs/s', '>='];
  const rival = `${peer.system} ${peer.mode} (${peer.durability}) ${peer.value} ${unit}`;
  return `${system} ${mode}: ${what}: ${value} ${unit} is ${ratio}x the best peer's in ${among}, ${rival}; goal ${sign} ${goal}: ${met ? 'met' : 'missed'}`;
}

const distinct = (lines) => [...new Set(lines)];
const section = (lines) => (lines.length === 0 ? [] : ['', ...lines]);

function columns(lines) {
  const widths = HEAD.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) =>
    line
      .map((cell, i) => (LEFT.has(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
