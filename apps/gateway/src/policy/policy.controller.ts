import { type PolicyBody, checkCommand, policySubject } from '@octobus/contracts';
import type { LogPart, RecordedEvent } from '@octobus/event-log';
import { policyIn } from '@octobus/service';
import { formatInstant, instantOf, uuidv7 } from '@octobus/kernel';
import { randomBytesPooled } from '@octobus/telemetry';
import { Controller, Get, Inject, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { sayDurability } from '../http/say-durability.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';

/** How long the answer waits for the version to stand in the log. */
const ADOPTED_WITHIN_MS = 1_000;

interface ShownPolicy {
  readonly version: number;
  readonly policy: PolicyBody;
  readonly setBy?: string;
  readonly setAt?: string;
}

const shown = (event: RecordedEvent | undefined): ShownPolicy =>
  event === undefined
    ? { version: 0, policy: {} }
    : { ...policyIn(event), setBy: event.envelope.actor, setAt: formatInstant(instantOf(event.storedAt)) };

/** What the tenant lets in and out: every version is an event. */
@Controller('v1/policy')
export class PolicyController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Get()
  @Needs('policies:read')
  async show(@Req() request: FastifyRequest): Promise<ShownPolicy> {
    return shown(await this.parts.log.last(policySubject(principalOf(request).tenant)));
  }

  /** Oldest first. */
  @Get('history')
  @Needs('policies:read')
  async history(@Req() request: FastifyRequest): Promise<unknown> {
    const subject = policySubject(principalOf(request).tenant);
    const { log } = this.parts.events.parts[this.parts.events.partOf(subject)] as LogPart;
    const items: ShownPolicy[] = [];
    for await (const events of log.read(subject, 1)) items.push(...events.map(shown));
    return { items };
  }

  /** `basedOn` is the version that it follows; without it, the one that stands now. */
  @Put()
  @Needs('policies:write')
  async set(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const principal = principalOf(request);
    const { tenant } = principal;
    const subject = policySubject(tenant);
    const { version } = shown(await this.parts.log.last(subject));
    const body = wanted(request.body, version);
    if (body.basedOn !== version) throw new RequestFault('policy-conflict', `the policy is at version ${version} by now`);
    const verdict = this.parts.verdicts.expect(subject);
    try {
      const id = uuidv7(this.parts.clock(), randomBytesPooled(16));
      const { traceparent } = { traceparent: traceparentOf(request) };
      await this.parts.door.enter(principal, { verb: 'set-policy', tenant, target: tenant, body, id, traceparent });
      const event = await verdict.within(ADOPTED_WITHIN_MS);
      sayDurability(reply, this.parts);
      void reply.code(event === undefined ? 202 : 200);
      if (event === undefined) return { version: version + 1, state: 'received' };
      if (event.body.type === 'policy.adopted.v1' && event.body.data.commandId === id) return { version: version + 1, state: 'adopted' };
      throw new RequestFault('policy-conflict', 'another change was faster: read the policy again');
    } finally {
      verdict.cancel();
    }
  }
}

function wanted(body: unknown, version: number): { readonly basedOn: number; readonly policy: PolicyBody } {
  const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? { basedOn: version, ...body } : body;
  const checked = checkCommand('set-policy', given);
  if ('problems' in checked) throw new RequestFault('command-invalid', 'the policy has an invalid field', { errors: checked.problems });
  return checked.value;
}
