import type { FastifyReply } from 'fastify';

/** On every answer that says a command is kept: how well (`fsync`, `flushed`, `replicated`). */
export function sayDurability(reply: FastifyReply, { durability }: { readonly durability: string }): void {
  void reply.header('octo-durability', durability);
}
