import type { EventBody } from '@octobus/contracts';
import type { Command } from '../ingress/command.ts';

/** What is to be done with a dead letter. Whether it is there, and what comes of it, is found out by who may touch the dead letters. */
export const letterRequest = ({ id, verb }: Command<'redrive'> | Command<'drop'>): EventBody =>
  verb === 'redrive'
    ? { type: 'letter.redrive-requested.v1', data: { commandId: id } }
    : { type: 'letter.drop-requested.v1', data: { commandId: id } };
