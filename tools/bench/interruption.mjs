import { constants } from 'node:os';
import { Trouble } from '../bootstrap/say.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Fires at the first Ctrl-C or request to end, so that what was started is stopped in order. A second one within that ends this process at once. */
export function interruption() {
  const control = new AbortController();
  for (const name of SIGNALS) {
    const code = 128 + constants.signals[name];
    process.on(name, () => {
      if (control.signal.aborted) process.exit(code);
      control.abort(new Trouble('interrupted: what was started is stopped', code));
    });
  }
  return control.signal;
}
