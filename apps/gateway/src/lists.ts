import type { Page } from './http/page.ts';

/** What comes from Postgres and from the memory service: lists, each with the position it is as of. */
export interface Lists {
  tasks(tenant: string, page: Page): Promise<unknown>;
  keys(tenant: string): Promise<unknown>;
  documents(tenant: string): Promise<unknown>;
  usage(tenant: string): Promise<unknown>;
}
