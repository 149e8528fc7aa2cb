import type { ChildEvent } from '@octobus/stack';

/** What happens while a stack starts, runs and stops; whoever started it decides how to say so. */
export type StackEvent =
  | { readonly kind: 'part-ready'; readonly part: string; readonly detail: string; readonly ms: number }
  | { readonly kind: 'child'; readonly event: ChildEvent }
  | { readonly kind: 'ended-leftovers'; readonly names: readonly string[] }
  | { readonly kind: 'tenant-ready'; readonly tenant: string }
  /** A part takes longer than a few seconds: it may be reading a long log. */
  | { readonly kind: 'waiting'; readonly part: string; readonly ms: number }
  /** After an unclean stop, before the server opens its store. */
  | { readonly kind: 'log-copied'; readonly path: string; readonly bytes: number }
  /** Pieces of content that no event names, removed. */
  | { readonly kind: 'orphans-collected'; readonly pieces: number; readonly bytes: number }
  | { readonly kind: 'warning'; readonly message: string };
