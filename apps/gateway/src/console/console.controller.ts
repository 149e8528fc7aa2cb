import { readFileSync } from 'node:fs';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';

const page = readFileSync(new URL('./console.html', import.meta.url));
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const assets: Readonly<Record<string, { readonly type: string; readonly bytes: Buffer }>> = {
  'console.js': { type: 'text/javascript; charset=utf-8', bytes: readFileSync(new URL('./console-page.js', import.meta.url)) },
  'console.css': { type: 'text/css; charset=utf-8', bytes: readFileSync(new URL('./console.css', import.meta.url)) },
};

/** One static page; it holds no data, and shows none without a session. */
@Controller()
export class ConsoleController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Get('/')
  @Needs('none')
  index(@Res() reply: FastifyReply): void {
    void reply
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(page);
  }

  @Get('console.js')
  @Needs('none')
  script(@Res() reply: FastifyReply): void {
    this.asset(reply, 'console.js');
  }

  @Get('console.css')
  @Needs('none')
  style(@Res() reply: FastifyReply): void {
    this.asset(reply, 'console.css');
  }

  @Get('signin')
  @Needs('none')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { code } = request.query as { code?: unknown };
    const session = typeof code === 'string' ? await this.parts.sessions.open(code) : undefined;
    if (session !== undefined) void reply.header('set-cookie', this.parts.sessions.cookie(session, request.protocol === 'https'));
    void reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .redirect(session === undefined ? '/?signin=failed' : '/', 303);
  }

  private asset(reply: FastifyReply, name: string): void {
    const asset = assets[name];
    if (asset !== undefined) void reply.header('x-content-type-options', 'nosniff').type(asset.type).send(asset.bytes);
  }
}
