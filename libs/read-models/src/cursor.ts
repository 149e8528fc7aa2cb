import { isToken, parseInstant } from '@octobus/kernel';

/** Where a page ended, newest first. It names a row of the list and gives no rights: every query names its tenant. */
export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

const MAX_LENGTH = 200;
/** The exact form that a cursor is written with. */
const WRITTEN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Opaque text for a URL. */
export const formatCursor = ({ createdAt, id }: Cursor): string => Buffer.from(`${createdAt} ${id}`).toString('base64url');

/** Undefined for text that `formatCursor` did not make. */
export function parseCursor(opaque: string): Cursor | undefined {
  if (opaque.length > MAX_LENGTH) return undefined;
  const [createdAt = '', id = '', ...rest] = Buffer.from(opaque, 'base64url').toString().split(' ');
  if (rest.length > 0 || !WRITTEN.test(createdAt) || parseInstant(createdAt) === undefined || !isToken(id)) return undefined;
  return formatCursor({ createdAt, id }) === opaque ? { createdAt, id } : undefined;
}
