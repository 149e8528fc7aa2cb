import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configOf, landscapeOf } from '../../test/platform.ts';
import { accountsOf, accountsWithUsers } from './accounts.ts';
import { newCredentials } from './credentials.ts';
import { withTenant } from './landscape.ts';
import { quoted, serverConfig } from './server-config.ts';
import type { ServerSettings } from './server-config.ts';

const landscape = landscapeOf();
const { arms, tenants, credentials } = landscape;
const accounts = accountsOf(arms, tenants, credentials);
const settings: ServerSettings = { storeKey: { env: 'OCTO_STORE_KEY' }, durability: 'fsync' };

describe('accounts', () => {
  it('every import is exported to that account, and every export is imported by whom it names', () => {
    const imports = accounts.flatMap(({ name, imports: all }) =>
      all.map(({ kind, subject, from }) => `${from} ${kind} ${subject} ${name}`),
    );
    const exports = accounts.flatMap(({ name, exports: all }) =>
      all.flatMap(({ kind, subject, accounts: to }) => to.map((account) => `${name} ${kind} ${subject} ${account}`)),
    );
    expect(imports.toSorted()).toEqual(exports.toSorted());
    expect(new Set(imports).size).toBe(imports.length);
  });

  it('no subject is exported to everybody', () => {
    for (const { exports } of accounts) for (const { accounts: to } of exports) expect(to.length).toBeGreaterThan(0);
  });

  it('no client may manage streams or consumers, or reach another tenant', () => {
    for (const { name, imports } of accounts.filter((account) => !account.jetstream)) {
      const own = name === 'VAULT' ? ['KEYS', 'INGRESS', 'DLQ'].map((stream) => `$JS.API.STREAM.MSG.DELETE.${stream}`) : [];
      const subjects = imports.map(({ subject }) => subject).filter((subject) => !own.includes(subject));
      expect(subjects.filter((s) => /^\$JS\.API\.(STREAM\.(?!INFO\.)|CONSUMER\.(?!INFO\.|MSG\.NEXT\.))/.test(s))).toEqual([]);
      if (name === 'T_acme') expect(subjects.filter((s) => s.includes('globex') || s.startsWith('ingress.*'))).toEqual([]);
    }
  });

  it('the system account and the empty account have no users', () => {
    const users = Object.fromEntries(accounts.map(({ name, users: all }) => [name, all.length]));
    expect(users).toMatchObject({ SYS: 0, EMPTY: 0, PLATFORM: 1, T_acme: 1, GATEWAY: 1 });
  });

  it('a tenant named like a service or like the platform’s user shares nothing with it', () => {
    const names = ['gateway', 'platform', 'sys', 'admin', 'arm-noop', 'reflex'];
    const made = accountsOf(arms, names, newCredentials(accountsWithUsers(arms, names)));
    const users = made.flatMap((account) => account.users.map(({ user }) => user));
    expect(new Set(users).size).toBe(users.length);
    expect(new Set(made.map(({ name }) => name)).size).toBe(made.length);
  });

  it.each([['A'], ['a.b'], ['*'], ['>'], [''], ['_'], ['a b'], ['a"'], ['a'.repeat(41)], ['ä']])(
    '%j can’t be a tenant or an arm',
    (name) => {
      const made = newCredentials([...accountsWithUsers(arms, []), `T_${name}`]);
      expect(() => accountsOf(arms, [name], made)).toThrow(RangeError);
      expect(() => accountsOf([name], [], made)).toThrow(RangeError);
    },
  );

  it('an account without a sound credential is refused', () => {
    expect(() => accountsOf(arms, ['newcomer'], credentials)).toThrow('no usable credential for account T_newcomer');
    const weak = { ...credentials, GATEWAY: { user: 'GATEWAY', password: 'short' } };
    expect(() => accountsOf(arms, tenants, weak)).toThrow('no usable credential for account GATEWAY');
    const twin = { ...credentials, GATEWAY: { user: 'REFLEX', password: credentials['GATEWAY']?.password ?? '' } };
    expect(() => accountsOf(arms, tenants, twin)).toThrow('user name REFLEX');
  });
});

describe('credentials', () => {
  it('are made for accounts that have none, and the others keep theirs', () => {
    const more = newCredentials(accountsWithUsers(arms, [...tenants, 'newcomer']), credentials);
    expect(more).toMatchObject(credentials);
    expect(more['T_newcomer']?.user).toBe('newcomer');
    const passwords = Object.values(more).map(({ password }) => password);
    expect(new Set(passwords).size).toBe(passwords.length);
    expect(Math.min(...passwords.map((password) => password.length))).toBeGreaterThanOrEqual(43);
  });
});

describe('the server’s configuration', () => {
  const text = serverConfig({ ...settings, listen: { port: 4333 }, storeDir: '/data/nats' }, landscape);

  it('listens on this machine only, with encryption and the stated durability', () => {
    expect(text).toContain('listen: "127.0.0.1:4333"');
    expect(text).toContain('cipher: aes\n  key: $OCTO_STORE_KEY\n  sync_interval: always');
    expect(text).toContain('max_payload: 1048576');
    expect(serverConfig({ ...settings, durability: 'flushed' }, landscape)).not.toContain('sync_interval');
    expect(serverConfig({ ...settings, storeKey: { file: 'nats-key.conf' } }, landscape)).toContain('include "nats-key.conf"');
    expect(serverConfig({ ...settings, maxFileStore: 5_000_000 }, landscape)).toContain('max_file_store: 5000000');
  });

  it('names the other servers of a cluster, and keeps them out who lack its secret', () => {
    const credential = newCredentials(['CLUSTER'])['CLUSTER'] ?? { user: '', password: '' };
    const cluster = { serverName: 'octobus-2', listen: { port: 6002 }, routes: [{ port: 6001 }, { port: 6002 }], credential };
    const member = serverConfig({ ...settings, durability: 'replicated', cluster }, landscape);
    expect(member).toContain('server_name: "octobus-2"');
    expect(member).toContain('  listen: "127.0.0.1:6002"');
    expect(member).toContain(`  authorization: { user: "CLUSTER", password: "${credential.password}" }`);
    for (const port of [6001, 6002]) expect(member).toContain(`"nats-route://CLUSTER:${credential.password}@127.0.0.1:${port}"`);
    expect(member).not.toContain('sync_interval');
    const withoutCluster = member.replace(/cluster \{\n(?: {2}.*\n)+\}\n/, '').replace('octobus-2', 'octobus');
    expect(withoutCluster).toBe(serverConfig({ ...settings, durability: 'flushed' }, landscape));
    const wrong = [
      { serverName: 'a b' },
      { listen: { port: 0 } },
      { routes: [{ port: 1, host: '"' }] },
      { credential: { user: 'a', password: 'b' } },
    ];
    for (const one of wrong) expect(() => serverConfig({ ...settings, cluster: { ...cluster, ...one } }, landscape)).toThrow(RangeError);
  });

  it('a tenant that is there already changes nothing', () => {
    expect(withTenant(landscape, 'acme')).toBe(landscape);
    expect(() => withTenant(landscape, 'a.b')).toThrow(RangeError);
  });

  it('is the same for the same settings, and another tenant only adds to it', () => {
    expect(configOf(landscape)).toBe(configOf(landscape));
    const more = configOf(withTenant(landscape, 'newcomer'));
    const without = more.split('\n').filter((line) => !line.includes('newcomer'));
    for (const line of configOf(landscape)
      .split('\n')
      .filter((l) => !l.includes('$JS.API.INFO')))
      expect(without).toContain(line);
  });

  it.each([
    ['a port that is none', { listen: { port: 70_000 } }],
    ['a host with a line break', { listen: { port: 1, host: 'a\nb' } }],
    ['a variable that is none', { storeKey: { env: 'A B' } }],
    ['a key file elsewhere', { storeKey: { file: '../key.conf' } }],
    ['a folder with a line break', { storeDir: '/data\naccounts {' }],
    ['half a byte', { maxFileStore: 0.5 }],
  ])('%s is refused', (_what, wrong) => {
    expect(() => serverConfig({ ...settings, ...wrong }, landscape)).toThrow(RangeError);
  });

  it('a quoted text stays inside its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        fc.pre(!/\p{Cc}/u.test(words));
        const inside = quoted(words).slice(1, -1);
        expect(inside.replaceAll(/\\[\\"]/g, '')).not.toMatch(/["\\]/);
        expect(inside.replaceAll(/\\([\\"])/g, '$1')).toBe(words);
      }),
    );
  });
});
