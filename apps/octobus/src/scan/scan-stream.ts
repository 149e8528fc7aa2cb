import { scanLine } from '@octobus/guardrails';
import { type Line, linesOf } from './lines.ts';

/** A line holds one text of at most 10 MB; its JSON may write every unit in six characters. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface ScanOutput {
  /** Answers as lines, each with its newline; resolves when more may be written. */
  answers(lines: string): Promise<void>;
  /** A line that could not be answered; the reason holds nothing of its content. */
  problem(line: number, reason: string): void;
}

export interface ScanCounts {
  readonly answered: number;
  readonly problems: number;
}

function answerTo({ number, text }: Line, output: ScanOutput): string | undefined {
  const answer = text === undefined ? { problem: `longer than ${MAX_LINE_BYTES} bytes` } : scanLine(text);
  if (!('problem' in answer)) return `${JSON.stringify(answer)}\n`;
  output.problem(number, answer.problem);
  return undefined;
}

/** Answers every line in order, as soon as it is there; lines that can't be read are reported and passed over. Empty lines are no records. */
export async function scanStream(input: AsyncIterable<Uint8Array>, output: ScanOutput): Promise<ScanCounts> {
  let [answered, problems] = [0, 0];
  for await (const lines of linesOf(input, MAX_LINE_BYTES)) {
    const records = lines.filter(({ text }) => text === undefined || text.trim() !== '');
    const answers = records.flatMap((line) => answerTo(line, output) ?? []);
    answered += answers.length;
    problems += records.length - answers.length;
    if (answers.length > 0) await output.answers(answers.join(''));
  }
  return { answered, problems };
}
