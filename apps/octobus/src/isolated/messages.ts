import type { Credentials } from '../client/credentials.ts';
import type { StackEvent } from '../dev/events.ts';
import type { Stack } from '../dev/stack.ts';

/** What the process of an isolated stack says to the one that wanted it. */
export type StackMessage =
  | { readonly kind: 'event'; readonly event: StackEvent }
  | {
      readonly kind: 'ready';
      readonly credentials: Credentials;
      readonly durability: Stack['durability'];
      readonly versions: Stack['versions'];
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** What it is told in its environment, beside what a stack reads there. */
export const ISOLATED = { folder: 'OCTO_ISOLATED_FOLDER', perService: 'OCTO_ISOLATED_PER_SERVICE', keep: 'OCTO_ISOLATED_KEEP' } as const;
