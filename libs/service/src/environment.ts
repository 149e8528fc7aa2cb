import { Fault } from '@octobus/kernel';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentReader {
  /** Fault `config-invalid` when it is absent and there is no default. */
  text(name: string, otherwise?: string): string;
  integer(name: string, otherwise: number, least: number, most: number): number;
}

const invalid = (name: string, what: string): Fault => new Fault('config-invalid', { retryable: false, message: `${name} ${what}` });

/** Reads the environment once, at start. */
export const environment = (env: Environment): EnvironmentReader => ({
  text(name, otherwise) {
    const value = env[name] || otherwise;
    if (value === undefined) throw invalid(name, 'must be set; `octobus dev` sets it for the services it starts');
    return value;
  },
  integer(name, otherwise, least, most) {
    const value = env[name] === undefined || env[name] === '' ? otherwise : Number(env[name]);
    if (!Number.isInteger(value) || value < least || value > most) throw invalid(name, `must be a whole number from ${least} to ${most}`);
    return value;
  },
});
