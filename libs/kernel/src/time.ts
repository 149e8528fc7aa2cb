declare const instant: unique symbol;
declare const duration: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instant]: true };
/** Milliseconds. */
export type Duration = number & { readonly [duration]: true };

export const instantOf = (epochMilliseconds: number): Instant => epochMilliseconds as Instant;
export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1000) as Duration;

let formatted: { readonly at: Instant; readonly text: string } | undefined;

/** RFC 3339 in UTC with milliseconds. What happens at one time is often asked for several times. */
export function formatInstant(at: Instant): string {
  if (formatted?.at !== at) formatted = { at, text: new Date(at).toISOString() };
  return formatted.text;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Undefined when the text is not an RFC 3339 date-time. */
export function parseInstant(text: string): Instant | undefined {
  const [, year, month, day, hour] = RFC3339.exec(text) ?? [];
  if (year === undefined || Number(hour) > 23) return undefined;
  // Date.parse reads 30 February as 2 March.
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : (at as Instant);
}

export const plus = (at: Instant, by: Duration): Instant => (at + by) as Instant;
