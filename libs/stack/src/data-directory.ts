import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { stackFault } from './fault-codes.ts';

const runsAsRoot = (): boolean => process.getuid?.() === 0;

/** Makes the directory (mode 0700) or checks that it is ours to write; a fault names the folder and what to do. */
export function ownDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw stackFault('data-directory-unwritable', {
      retryable: false,
      message: `${path} can't be made (${codeOf(cause)}): use another folder or free it.`,
      cause,
    });
  }
  refuseForeign(path);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw stackFault('data-directory-unwritable', {
      retryable: false,
      message: `${path} isn't writable for ${userInfo().username}: give it back with chmod u+rwx, or use another folder.`,
      cause,
    });
  }
}

/** A fault when the existing path belongs to another user; root may use everybody's. */
export function refuseForeign(path: string): void {
  if (!existsSync(path) || runsAsRoot()) return;
  const owner = statSync(path).uid;
  if (owner === process.getuid?.()) return;
  throw stackFault('data-directory-foreign', {
    retryable: false,
    message: `${path} belongs to another user (uid ${owner}): run as that user, or move the folder away to start with an empty one.`,
    details: { owner },
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
