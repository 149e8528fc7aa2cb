// Figures of libs/guardrails on labelled data (a directory with injection/, pii/, strings/, retrieval/; what is absent is skipped).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPersonalData, maskUntilStable, screen } from '@octobus/guardrails';
import { injectionRows } from './injection.mjs';
import { personalDataRows } from './personal-data.mjs';

const percent = (part, whole) => (whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10);

function lines(dataDir, ...path) {
  const file = join(dataDir, ...path);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const row = (set, metric, value, n, target) => ({ set, metric, value, n, ...(target === undefined ? {} : { target }) });

/** Every hostile string gets an answer, and masking it twice changes nothing more. */
function stringRows(dataDir) {
  return ['naughty', 'command_injection', 'nosql_injection', 'path_traversal'].flatMap((file) => {
    const items = lines(dataDir, 'strings', `${file}.jsonl`);
    const broken = items.filter(({ text, traversal_template: template }) => {
      const value = text ?? template ?? '';
      screen(value, { channel: 'indirect' });
      const mask = (one) => maskUntilStable(one, findPersonalData(one)).text;
      const masked = mask(value);
      return mask(masked) !== masked;
    });
    return items.length === 0
      ? []
      : [row(`strings/${file}`, 'answered, masks stable, %', percent(items.length - broken.length, items.length), items.length, '100')];
  });
}

const rounds = 5;

/** Processor time of `rounds` rounds, ms: other processes of the machine do not count. The quietest round counts. */
function speedOf(text) {
  for (let i = 0; i < 500; i += 1) screen(text);
  const sorted = Array.from({ length: rounds }, () =>
    Array.from({ length: 1000 }, () => {
      const start = process.cpuUsage();
      screen(text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    }).sort((a, b) => a - b),
  );
  const at = (share) => Math.min(...sorted.map((times) => times[Math.floor(times.length * share)]));
  return { p50: Math.round(at(0.5) * 1000) / 1000, p95: Math.round(at(0.95) * 1000) / 1000 };
}

function speedRows() {
  const prose =
    'Please summarise the minutes of the harbour committee and file them under project 4711 by Friday, 14:30, before the ferry leaves. ';
  const personal =
    'Reach Ana at ana@example.org or +351 912 345 678; card 4539 1488 0343 6467, IBAN DE89 3704 0044 0532 0130 00, host 203.0.113.7. ';
  return Object.entries({
    prose,
    'prose full of personal data': personal,
    'not ASCII': 'Bitte fasse die Ergebnisse für das Gremium zusammen; größere Änderungen zuerst. ',
  }).flatMap(([name, sentence]) => {
    const { p50, p95 } = speedOf(sentence.repeat(20).slice(0, 1024));
    return [
      row(`speed/${name}`, '1 kB, processor ms p50', p50, rounds * 1000),
      row(`speed/${name}`, '1 kB, processor ms p95', p95, rounds * 1000, '<= 1'),
    ];
  });
}

/** All figures of the screening library on the data in `dataDir`. */
export async function evalGuardrails(dataDir) {
  const rows = [injectionRows, personalDataRows, stringRows].flatMap((measure) => measure(dataDir));
  return { rows: [...rows, ...speedRows()] };
}
