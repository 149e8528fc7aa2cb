import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@octobus/testing';
import type { NatsConnection } from 'nats';
import { Client } from '../src/client/client.ts';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, type Asking, ask } from './http-door.ts';
import { openTenant } from './nats-client.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

export interface Tenant {
  readonly name: string;
  readonly key: string;
  readonly keyId: string;
  readonly client: Client;
  readonly nats: NatsConnection;
}

export const SCOPES = ['tasks:read', 'tasks:write', 'documents:read', 'documents:write', 'keys:write'];
/** Stands in everything that acme has: whoever sees it sees something of acme's. */
export const MARK = 'zanzibar-4711';

export const noop = (goal: string, more: object = {}) => ({ goal, plan: { steps: [{ id: 'a', agent: 'noop', ...more }] } });

/** A running stack with two tenants, of which acme has a task and a document. */
export class TwoTenants {
  readonly octobus: RunningOctobus;
  readonly behind: BehindTheDoors;
  readonly acme: Tenant;
  readonly globex: Tenant;
  /** Acme's. */
  readonly task: string;
  readonly document: string;

  private constructor(octobus: RunningOctobus, behind: BehindTheDoors, tenants: readonly [Tenant, Tenant], had: readonly [string, string]) {
    this.octobus = octobus;
    this.behind = behind;
    [this.acme, this.globex] = tenants;
    [this.task, this.document] = had;
  }

  static async start(): Promise<TwoTenants> {
    const octobus = await startOctobus();
    const behind = await openBehind(octobus);
    const acme = await tenantOf(octobus, 'acme');
    const globex = await tenantOf(octobus, 'globex');
    const { id: task } = await acme.client.submit(noop(`about ${MARK}`, { instruction: MARK }), { 'idempotency-key': 'shared' });
    const text = Buffer.from(`# Tides\n\nThe tide of ${MARK} turns at noon.\n`);
    const { id: document } = await acme.client.ingest(`${MARK}.md`, 'text/markdown', text);
    const both = new TwoTenants(octobus, behind, [acme, globex], [task, document]);
    await both.completed(acme, task);
    await eventually(async () => (await acme.client.documents()).items.length === 1);
    return both;
  }

  async stop(): Promise<void> {
    await this.acme.nats.close();
    await this.globex.nats.close();
    await this.behind.close();
    await this.octobus.stop();
    this.octobus.remove();
  }

  operator(): Client {
    return operatorOf(this.octobus);
  }

  call(tenant: Tenant, method: string, path: string, asking: Asking = {}): Promise<Answer> {
    return ask(this.octobus.credentials.url, method, path, { key: tenant.key, ...asking });
  }

  completed(tenant: Tenant, id: string): Promise<boolean> {
    return eventually(async () => (await tenant.client.task(id)).state === 'completed');
  }

  /** The read models are where the log is. */
  folded(): Promise<boolean> {
    return eventually(async () => {
      const page = await this.acme.client.json<{ positions: readonly { readonly sequence: number }[] }>('GET', '/v1/tasks');
      return (page.positions[0]?.sequence ?? 0) >= (await this.behind.lastSequence('EVENTS'));
    });
  }

  /** Whether a text has anything of acme's. */
  shows(text: string): boolean {
    const { task, document, acme } = this;
    return [MARK, task, document, acme.keyId, acme.key].some((secret) => text.toLowerCase().includes(secret));
  }
}

const operatorOf = ({ operator }: RunningOctobus): Client => new Client(operator.url, operator.apiKey);

async function tenantOf(octobus: RunningOctobus, name: string): Promise<Tenant> {
  const operator = operatorOf(octobus);
  await operator.json('POST', '/v1/tenants', { name });
  const file = join(octobus.folder, '.octo', 'tenants', name);
  await eventually(() => existsSync(file), 20_000);
  const { natsUrl } = JSON.parse(readFileSync(file, 'utf8')) as { natsUrl: string };
  const { key, keyId } = await operator.json<{ key: string; keyId: string }>('POST', '/v1/keys', { tenant: name, scopes: SCOPES });
  const client = new Client(octobus.credentials.url, key);
  await eventually(async () => (await client.tasks('')).items.length === 0);
  return { name, key, keyId, client, nats: await openTenant(natsUrl) };
}
