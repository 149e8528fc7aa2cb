import { runTool, findOnPath } from './run.mjs';
import { explain, say, Trouble, UNAVAILABLE } from './say.mjs';
import { DEBIAN_PACKAGES } from './versions.mjs';

/** Installs the Debian packages that parts of the tests need; the only command that touches the system. */
export async function setUpSystem() {
  if (DEBIAN_PACKAGES.length === 0) {
    say('no system packages are needed: nothing to install');
    return;
  }
  if (findOnPath('apt-get') === undefined)
    throw new Trouble(`There is no apt-get here: install these yourself: ${DEBIAN_PACKAGES.join(' ')}`, UNAVAILABLE);
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES],
  ]) {
    const [command, ...rest] = [...prefix, 'apt-get', ...args];
    const { code, output } = await runTool(command, rest, { env });
    if (code !== 0) throw new Trouble(explain(`apt-get ${args[0]}`, output), UNAVAILABLE);
  }
  say(`installed: ${DEBIAN_PACKAGES.join(' ')}`);
}
