import { delimiter, dirname, join } from 'node:path';
import { build, buildIsFresh } from './built.mjs';
import { withLock } from './lock.mjs';
import { fetchNats, findNats } from './nats.mjs';
import { fetchNode, findNode } from './node.mjs';
import { installPackages, packagesAreThere } from './packages.mjs';
import { OCTO } from './places.mjs';
import { say, sayPart } from './say.mjs';

/**
 * Makes what is missing and answers where everything is. `packages` is 'run' or 'full'; `nats` and `built` say whether those are needed.
 * When nothing is missing this only looks, and says nothing.
 */
export async function prepare({ packages, nats, built }) {
  const here = look({ packages, nats });
  const complete = here.packages && here.node !== undefined && (!nats || here.nats !== undefined);
  const parts = complete ? here : await withLock(join(OCTO, 'bootstrap.lock'), () => fetchMissing({ packages, nats }));
  if (built && !buildIsFresh()) await withLock(join(OCTO, 'bootstrap.lock'), () => buildNow(parts.node.path));
  return parts;
}

function look({ packages, nats }) {
  return { packages: packagesAreThere(packages), node: findNode(), nats: nats ? findNats() : undefined };
}

/** All at once, since they wait for different servers. Looks again first: another bootstrap may have done it while this one waited. */
async function fetchMissing(wanted) {
  const here = look(wanted);
  const missing = [here.packages ? [] : 'packages', here.node ? [] : 'Node', !wanted.nats || here.nats ? [] : 'nats-server'].flat();
  if (missing.length > 0) say(`  fetching ${missing.join(', ')} (once, about a minute)`);
  const [, node, nats] = await allOrFirstError([
    here.packages ? undefined : timed('packages', 'from npm', () => installPackages(wanted.packages)),
    here.node ?? timed('node', ({ version, source }) => `${version} from ${source}`, fetchNode),
    !wanted.nats ? undefined : (here.nats ?? timed('nats binary', ({ version, source }) => `${version} (${source})`, fetchNats)),
  ]);
  return { packages: true, node, nats, fetched: missing.length > 0 };
}

async function buildNow(node) {
  if (!buildIsFresh()) await timed('build', 'sources to dist', () => build(node));
}

async function timed(name, result, work) {
  const since = performance.now();
  const value = await work();
  sayPart(name, performance.now() - since, typeof result === 'function' ? result(value) : result);
  return value;
}

/** Waits for all before it fails, so that nothing goes on in the background when the message is out. */
async function allOrFirstError(promises) {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map(({ value }) => value);
}

/** What the program that is started finds in its environment. */
export function environmentFor({ node, nats }) {
  const env = { ...process.env, PATH: [dirname(node.path), process.env.PATH].filter(Boolean).join(delimiter) };
  if (nats === undefined) return env;
  return { ...env, OCTO_NATS_SERVER: nats.path, OCTO_NATS_SOURCE: nats.source };
}
