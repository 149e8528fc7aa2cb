import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.mjs';

/** Writes the report as JSON and as a chart, named after workload and time; answers both paths. */
export function writeResults(folder, report) {
  mkdirSync(folder, { recursive: true });
  const name = `${report.workload}-${report.at.replaceAll(/[-:]|\.\d+/g, '')}`;
  const paths = { json: join(folder, `${name}.json`), svg: join(folder, `${name}.svg`) };
  writeFileSync(paths.json, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(paths.svg, chartOf(report));
  return paths;
}
