import { fanOutOf, submissionOf } from '../../../../apps/octobus/dist/bench/workload.js';

const STEPS = { 'five-step': 5, 'one-step': 1 };
const FAN_OUT = 100;

/** The body of one run of this workload; an Error when there is no such run. */
export function submissionFor(workload, mode) {
  if (workload !== 'fan-out') return submissionOf({ steps: STEPS[workload], substeps: mode !== 'services', grouped: mode === 'grouped' });
  if (mode === 'services') return fanOutOf(FAN_OUT);
  throw new Error(`it has no mode ${mode} for fan-out: sub-steps run one after another`);
}
