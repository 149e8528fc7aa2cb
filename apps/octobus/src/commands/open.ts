import type { Command } from 'commander';
import type { ClientContext } from './task.ts';

const HELP = `
The address signs a browser in once, within five minutes; the session may look and not change anything. No browser is opened.

Example:
  octobus open`;

export function openCommand(program: Command, context: ClientContext): void {
  program
    .command('open')
    .description('print a one-time address of the page with the live tasks')
    .addHelpText('after', HELP)
    .action(() => open(context));
}

/** A one-time address that signs a browser in. */
export async function signInUrl(
  client: ReturnType<ClientContext['client']>,
): Promise<{ readonly url: string; readonly expiresInSeconds: number }> {
  const { path, expiresInSeconds } = await client.json<{ readonly path: string; readonly expiresInSeconds: number }>(
    'POST',
    '/v1/sessions',
  );
  return { url: `${client.url}${path}`, expiresInSeconds };
}

async function open({ client, io }: ClientContext): Promise<void> {
  const link = await signInUrl(client());
  io().result(link, () => `${link.url}\n  good once, within ${Math.round(link.expiresInSeconds / 60)} minutes`);
}
