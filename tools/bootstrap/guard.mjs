// Plain enough to be read by a Node that is too old for the rest.
const OLDEST = 20;

export function requireOldestNode() {
  if (process.platform === 'win32') stop("Octobus doesn't run on Windows itself: use WSL 2 and start it there.");
  if (Number(process.versions.node.split('.')[0]) < OLDEST) {
    stop(`Octobus needs Node ${OLDEST} or newer to start, and this is ${process.versions.node}: install a newer Node and try again.`);
  }
}

const DENIED = 'may not be written by this user: give it back with chown and chmod, or use a clone of your own.';
const FILE_TROUBLES = {
  ENOSPC: () => 'The disk is full: free some space and try again.',
  EDQUOT: () => 'The disk quota is used up: free some space and try again.',
  EROFS: (path) => `${path} is on a read-only file system: clone to a place that can be written, and try again.`,
  EACCES: (path) => `${path} ${DENIED}`,
  EPERM: (path) => `${path} ${DENIED}`,
};

/** A known trouble, and what the file system refuses, is one sentence; anything else is a defect of ours and keeps its stack. */
export function reportAndExit(error) {
  const known = error instanceof Error && error.name === 'Trouble';
  process.stderr.write(`${known ? error.message : (fileTrouble(error) ?? error.stack ?? String(error))}\n`);
  process.exit(known ? error.exitCode : 1);
}

function fileTrouble(error) {
  const sentence = error instanceof Error && Object.hasOwn(FILE_TROUBLES, error.code) ? FILE_TROUBLES[error.code] : undefined;
  return sentence && sentence(error.path ?? 'A file of the clone');
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(69);
}
