import { createHash, randomBytes } from 'node:crypto';
import { open, seal, subjectKey } from '@octobus/sealing';

export interface SealingReport {
  readonly bytes: number;
  readonly rounds: number;
  /** CPU time of one sealing, of one opening, and of one SHA-256 of the same bytes, in microseconds. */
  readonly sealMicroseconds: number;
  readonly openMicroseconds: number;
  readonly sha256Microseconds: number;
}

const WARM_UP = 5_000;

/** CPU time of this process alone: what others do on the machine doesn't count. */
export function measureSealing(bytes: number, rounds: number): SealingReport {
  const key = subjectKey({ tenant: 'bench', subject: 'person' }, randomBytes(32));
  const about = { id: 'task' };
  const text = randomBytes(bytes).toString('base64').slice(0, bytes);
  const sealed = seal(key, about, text);
  const cost = (work: () => unknown): number => cpuMicroseconds(work, rounds);
  return {
    bytes,
    rounds,
    sealMicroseconds: cost(() => seal(key, about, text)),
    openMicroseconds: cost(() => open(key, sealed)),
    sha256Microseconds: cost(() => createHash('sha256').update(text).digest()),
  };
}

function cpuMicroseconds(work: () => unknown, rounds: number): number {
  for (let i = 0; i < Math.min(rounds, WARM_UP); i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) work();
  const { user, system } = process.cpuUsage(before);
  return Math.round(((user + system) / rounds) * 100) / 100;
}

export const sealingText = (report: SealingReport): string =>
  [
    `sealing ${report.bytes} bytes, CPU time of one, ${report.rounds} rounds`,
    `  seal     ${report.sealMicroseconds} us`,
    `  open     ${report.openMicroseconds} us`,
    `  SHA-256  ${report.sha256Microseconds} us, for comparison`,
  ].join('\n');
