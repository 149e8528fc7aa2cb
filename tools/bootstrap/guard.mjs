// Plain enough to be read by a Node that is too old for the rest.
const OLDEST = 20;

export function requireOldestNode() {
  if (process.platform === 'win32') stop("Octobus doesn't run on Windows itself: use WSL 2 and start it there.");
  if (Number(process.versions.node.split('.')[0]) < OLDEST) {
    stop(`Octobus needs Node ${OLDEST} or newer to start, and this is ${process.versions.node}: install a newer Node and try again.`);
  }
}

/** A known trouble is one sentence; anything else is a defect of ours and keeps its stack. */
export function reportAndExit(error) {
  const known = error instanceof Error && error.name === 'Trouble';
  const full = error instanceof Error && error.code === 'ENOSPC';
  process.stderr.write(
    `${known ? error.message : full ? 'The disk is full: free some space and try again.' : (error.stack ?? String(error))}\n`,
  );
  process.exit(known ? error.exitCode : 1);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(69);
}
