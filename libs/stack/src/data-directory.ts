import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { stackFault } from './fault-codes.ts';

const runsAsRoot = (): boolean => process.getuid?.() === 0;

/** Makes the directory (mode 0700) or checks that it is ours to write; a fault names the folder and what to do. */
export function ownDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw stackFault('data-directory-unwritable', {
      retryable: false,
      message: `${path} can't be made (${reasonOf(cause)}): set OCTO_DIR to a folder that can be written.`,
      cause,
    });
  }
  refuseForeign(path);
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw stackFault('data-directory-unwritable', {
      retryable: false,
      message: `${path} can't be written (${reasonOf(cause)}): give it back with chmod u+rwx, or set OCTO_DIR to another folder.`,
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

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a file is in its place',
  EEXIST: 'a file is in its place',
  ENOENT: 'the folder above is missing or read-only',
  ENAMETOOLONG: 'the name is too long',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return REASONS[code] ?? code;
}
