declare const microUsd: unique symbol;

/** Integer micro-dollars (1 USD = 1,000,000), within the safe integers: up to nine billion dollars. On the wire a decimal string (proto3 JSON int64). */
export type MicroUsd = number & { readonly [microUsd]: true };

export const NO_MONEY = 0 as MicroUsd;

/** Throws RangeError unless it is a safe integer. */
export function microUsdOf(n: number): MicroUsd {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not an amount in micro-dollars: ${n}`);
  return n as MicroUsd;
}

/** Reads the wire form; undefined for anything but a decimal integer within range. */
export function parseMicroUsd(wire: string | number | undefined): MicroUsd | undefined {
  if (wire === undefined || !/^-?\d{1,16}$/.test(String(wire))) return undefined;
  const n = Number(wire);
  return Number.isSafeInteger(n) ? (n as MicroUsd) : undefined;
}

export const toWire = (amount: MicroUsd): string => String(amount);

/** "$0.001234": dollars with six decimals. */
export function formatUsd(amount: MicroUsd): string {
  const sign = amount < 0 ? '-' : '';
  const abs = Math.abs(amount);
  return `${sign}$${Math.trunc(abs / 1_000_000)}.${String(abs % 1_000_000).padStart(6, '0')}`;
}
