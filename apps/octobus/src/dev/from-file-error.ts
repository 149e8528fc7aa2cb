import { Fault, isFault } from '@octobus/kernel';

const SENTENCES: Readonly<Record<string, (place: string) => string>> = {
  ENOSPC: (place) => `The disk of ${place} is full: free some space and start again.`,
  EDQUOT: (place) => `The disk quota for ${place} is used up: free some space and start again.`,
  EROFS: (place) => `${place} is on a read-only file system: set OCTO_DIR to a folder that can be written.`,
  EACCES: (place) =>
    `${place} may not be read or written by this user: give it back with chown and chmod, or set OCTO_DIR to another folder.`,
  EPERM: (place) =>
    `${place} may not be read or written by this user: give it back with chown and chmod, or set OCTO_DIR to another folder.`,
  EIO: (place) => `${place} can't be read or written (input/output error): the disk may be failing.`,
  EMFILE: () => 'Too many files are open: raise the limit with ulimit -n and start again.',
};

/** What the file system refuses during a start, as a sentence; also when a child could only say it in its log. Anything else comes back as it is. */
export function fromFileError(error: unknown, folder: string): unknown {
  if (isFault(error)) return /no space left on device|disk full/i.test(error.message) ? fault('ENOSPC', folder, error) : error;
  if (!(error instanceof Error) || !('code' in error)) return error;
  const place = 'path' in error && typeof error.path === 'string' ? error.path : folder;
  return fault(String(error.code), place, error) ?? error;
}

function fault(code: string, place: string, cause: Error): Fault | undefined {
  const sentence = SENTENCES[code];
  return sentence && new Fault('state-folder-unusable', { retryable: false, message: sentence(place), cause });
}
