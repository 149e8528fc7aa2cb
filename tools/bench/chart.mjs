const WIDTH = 900;
const LEFT = 300;
const RIGHT = 190;
const BAR = 22;
const GAP = 8;
const HEAD = 64;
const PANEL_HEAD = 34;
const FOOT = 58;
const OURS = '#0b6e4f';
const PEER = '#8a94a6';
const TEXT = 'font-family="system-ui, sans-serif" fill="#1c2330"';

/** Safe between tags and inside attributes of XML; what XML 1.0 can't hold at all is left out. */
export function escapeXml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const printable = [...String(text)].filter(
    (char) => char >= ' ' && char !== '\ufffe' && char !== '\uffff' && !/^\p{Surrogate}$/u.test(char),
  );
  return printable.map((char) => names[char] ?? char).join('');
}

/** A bar chart as SVG: runs a second, one panel for each number of clients, whiskers from the slowest to the fastest round. */
export function chartOf({ workload, rows, machine, at }) {
  const measured = rows.filter((row) => row.absent === undefined);
  const counts = [...new Set(measured.map(({ clients }) => clients))].toSorted((a, b) => a - b);
  const panels = [];
  let top = HEAD;
  for (const clients of counts) {
    const bars = measured.filter((row) => row.clients === clients).toSorted((a, b) => b.runsPerSecond - a.runsPerSecond);
    panels.push(panelOf(clients, bars, top));
    top += PANEL_HEAD + bars.length * (BAR + GAP) + GAP;
  }
  const height = top + FOOT;
  const title = `${workload} runs a second, Octobus and peers`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="desc">${escapeXml(describe(measured))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="34" font-size="20" font-weight="600" ${TEXT}>${escapeXml(title)}</text>`,
    ...panels,
    ...footOf(machine, at, height),
    '</svg>',
  ].join('\n')}\n`;
}

const describe = (rows) =>
  rows.length === 0
    ? 'Nothing was measured.'
    : rows
        .map(
          (row) =>
            `${row.system} ${row.mode}, ${row.clients} client${row.clients === 1 ? '' : 's'}, ${row.durability}: ${row.runsPerSecond} runs/s, p50 ${row.p50Ms} ms.`,
        )
        .join(' ');

function panelOf(clients, bars, top) {
  const most = Math.max(...bars.map(({ runsPerSecond, spread }) => Math.max(runsPerSecond, spread.runsPerSecond?.[1] ?? 0)), 1);
  const scale = (WIDTH - LEFT - RIGHT) / most;
  return [
    `<text x="16" y="${top + 18}" font-size="15" font-weight="600" ${TEXT}>${clients} client${clients === 1 ? '' : 's'}</text>`,
    ...bars.map((row, i) => barOf(row, top + PANEL_HEAD + i * (BAR + GAP), scale)),
  ].join('\n');
}

function barOf(row, y, scale) {
  const x = (value) => (LEFT + value * scale).toFixed(1);
  const [least, most] = row.spread.runsPerSecond ?? [row.runsPerSecond, row.runsPerSecond];
  const middle = y + BAR / 2;
  const label = `${row.system} ${row.mode} (${row.durability})`;
  return [
    `<text x="${LEFT - 10}" y="${middle + 4}" font-size="13" text-anchor="end" ${TEXT}>${escapeXml(label)}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${(row.runsPerSecond * scale).toFixed(1)}" height="${BAR}" fill="${row.ours ? OURS : PEER}"/>`,
    `<path d="M${x(least)} ${middle}H${x(most)}M${x(least)} ${middle - 5}v10M${x(most)} ${middle - 5}v10" stroke="#1c2330" fill="none"/>`,
    `<text x="${(LEFT + most * scale + 8).toFixed(1)}" y="${middle + 4}" font-size="13" ${TEXT}>${row.runsPerSecond.toFixed(1)}  p50 ${row.p50Ms.toFixed(1)} ms${row.stealHigh ? ' *' : ''}</text>`,
  ].join('\n');
}

function footOf(machine, at, height) {
  const lines = [
    `${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGb} GB, ${machine.kernel}, ${machine.filesystem}, fsync ${machine.fsyncMs ?? '?'} ms`,
    `${at}. Medians over rounds, whiskers from the slowest to the fastest. * more than 10 % of the CPU went to others.`,
  ];
  return lines.map((line, i) => `<text x="16" y="${height - 30 + i * 18}" font-size="12" ${TEXT}>${escapeXml(line)}</text>`);
}
