import { accountsOf } from './accounts.ts';
import type { Account, Export, Import } from './accounts.ts';
import { SYSTEM_ACCOUNT } from './grants.ts';
import { isCredential } from './credentials.ts';
import type { Credential } from './credentials.ts';
import type { Landscape } from './landscape.ts';

/**
 * What an acknowledgement promises. `fsync`: the message is on disk; `flushed`: handed to the operating system, a power cut can lose the whole
 * stream; `replicated`: handed to the operating system by most servers of a cluster, so that losing one server, in whatever way, loses nothing.
 */
export type DurabilityLevel = 'fsync' | 'flushed' | 'replicated';

/** Where the key of the encryption at rest comes from: an environment variable of the server process, or a file (mode 0600) beside the config file. */
export type StoreKeySource = { readonly env: string } | { readonly file: string };

export interface ServerAddress {
  readonly port: number;
  readonly host?: string;
}

/** The part of one server in a cluster. */
export interface ClusterSettings {
  /** Of this server; every server of the cluster has another one. */
  readonly serverName: string;
  /** Where the other servers reach this one. */
  readonly listen: ServerAddress;
  /** Where this one reaches the others; it may stand among them itself. */
  readonly routes: readonly ServerAddress[];
  /** What the servers show each other; the same for all. */
  readonly credential: Credential;
}

export interface ServerSettings {
  /** Address; a reload can't change it. Absent when the process gets it on its command line (`--addr`, `--port`). */
  readonly listen?: ServerAddress;
  /** Absent when the process gets it on its command line: the server refuses to be told in both places. */
  readonly storeDir?: string;
  readonly storeKey: StoreKeySource;
  readonly durability: DurabilityLevel;
  /** Bytes that all file streams may take; default: three quarters of what is free on the disk. */
  readonly maxFileStore?: number;
  /** Absent: a server of its own. All servers of a cluster need the same landscape and store key. */
  readonly cluster?: ClusterSettings;
}

const MAX_PAYLOAD = 1024 * 1024;
const VARIABLE = /^[A-Z][A-Z0-9_]{0,63}$/;
const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const HOST = /^[a-zA-Z0-9.:-]{1,64}$/;
const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const CLUSTER_NAME = 'octobus';

/**
 * The text of the server's configuration file. It holds passwords: write it with mode 0600.
 * For another tenant: `withTenant`, call it again, overwrite the file and send SIGHUP twice (a new account's imports start only
 * with the second); connected clients stay connected. Throws RangeError on a setting that can't be written safely.
 */
export function serverConfig(settings: ServerSettings, { arms, tenants, credentials, logStreams }: Landscape): string {
  return [
    `server_name: ${quoted(valid(settings.cluster?.serverName ?? CLUSTER_NAME, SERVER_NAME))}`,
    ...(settings.listen === undefined ? [] : [listenLine(settings.listen)]),
    ...(settings.cluster === undefined ? [] : block('cluster', clusterLines(settings.cluster))),
    `max_payload: ${MAX_PAYLOAD}`,
    ...block('jetstream', jetstreamLines(settings)),
    `system_account: ${SYSTEM_ACCOUNT}`,
    ...block('accounts', accountsOf(arms, tenants, credentials, logStreams).flatMap(accountLines)),
    '',
  ].join('\n');
}

/** Content of the file that `storeKey: {file}` names. */
export const storeKeyFile = (key: string): string => `key: ${quoted(key)}\n`;

const listenLine = (address: ServerAddress): string => `listen: ${quoted(hostAndPort(address))}`;

const hostAndPort = ({ host = '127.0.0.1', port }: ServerAddress): string => `${valid(host, HOST)}:${whole(port, 65_535)}`;

/** The credential has no character that a URL would need escaped. */
function clusterLines({ listen, routes, credential }: ClusterSettings): readonly string[] {
  if (!isCredential(credential)) throw new RangeError('no usable credential for the routes of the cluster');
  const { user, password } = credential;
  return [
    `name: ${quoted(CLUSTER_NAME)}`,
    listenLine(listen),
    `authorization: { user: ${quoted(user)}, password: ${quoted(password)} }`,
    ...list(
      'routes',
      routes.map((route) => quoted(`nats-route://${user}:${password}@${hostAndPort(route)}`)),
    ),
  ];
}

function jetstreamLines({ storeDir, storeKey, durability, maxFileStore }: ServerSettings): readonly string[] {
  return [
    ...(storeDir === undefined ? [] : [`store_dir: ${quoted(storeDir)}`]),
    'cipher: aes',
    'env' in storeKey ? `key: $${valid(storeKey.env, VARIABLE)}` : `include ${quoted(valid(storeKey.file, FILE_NAME))}`,
    ...(durability === 'fsync' ? ['sync_interval: always'] : []),
    ...(maxFileStore === undefined ? [] : [`max_file_store: ${whole(maxFileStore, Number.MAX_SAFE_INTEGER)}`]),
  ];
}

const accountLines = ({ name, users, jetstream, exports, imports }: Account): readonly string[] =>
  block(quoted(name), [
    ...(jetstream ? ['jetstream: enabled'] : []),
    ...list(
      'users',
      users.map(({ user, password }) => `{ user: ${quoted(user)}, password: ${quoted(password)} }`),
    ),
    ...list('exports', exports.map(exportLine)),
    ...list('imports', imports.map(importLine)),
  ]);

function exportLine({ kind, subject, manyReplies, accounts }: Export): string {
  const response = manyReplies ? ', response_type: "Stream"' : '';
  return `{ ${kind}: ${quoted(subject)}${response}, accounts: [${accounts.map(quoted).join(', ')}] }`;
}

const importLine = ({ kind, subject, from }: Import): string => `{ ${kind}: { account: ${quoted(from)}, subject: ${quoted(subject)} } }`;

const block = (head: string, lines: readonly string[]): readonly string[] => [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
const list = (head: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`${head}: [`, ...items.map((item) => `  ${item}`), ']'];

/** A string of the configuration language: nothing inside quotes is a variable; only backslash and the quote are special. */
export function quoted(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new RangeError('a control character can not stand in the server configuration');
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function valid(text: string, shape: RegExp): string {
  if (!shape.test(text)) throw new RangeError(`not a usable name in the server configuration: ${JSON.stringify(text)}`);
  return text;
}

function whole(n: number, most: number): number {
  if (!Number.isSafeInteger(n) || n < 1 || n > most) throw new RangeError(`not a usable number in the server configuration: ${n}`);
  return n;
}
