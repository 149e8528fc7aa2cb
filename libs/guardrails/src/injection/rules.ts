import type { Side } from './channels.ts';
import type { Idea } from './ideas.ts';

/** A signal fires where all its ideas are met within `within` words after the first one (before it too, unless `ordered`). */
export interface ProximityRule {
  readonly signal: string;
  /** Chance, on its own, that the text is an attack (0..1); signals combine as 1 - product(1 - weight). */
  readonly weight: number;
  readonly ideas: readonly [Idea, ...Idea[]];
  readonly within: number;
  readonly ordered?: boolean;
  /** The one idea must be met this often within the window. */
  readonly times?: number;
  readonly side?: Side;
}

export const proximityRules: readonly ProximityRule[] = [
  { signal: 'override:prior-instructions', weight: 0.9, ideas: ['ignore', 'prior', 'instructions'], within: 6 },
  { signal: 'override:your-instructions', weight: 0.75, ideas: ['ignore', 'your', 'instructions'], within: 4 },
  { signal: 'override:all-instructions', weight: 0.6, ideas: ['ignore', 'all', 'instructions'], within: 3 },
  { signal: 'override:drop-context', weight: 0.6, ideas: ['drop-context'], within: 0 },
  { signal: 'override:drop-and-say', weight: 0.5, ideas: ['drop-context', 'only-say'], within: 20 },
  { signal: 'override:new-task', weight: 0.5, ideas: ['new-task'], within: 0 },
  { signal: 'override:ignore-then-new', weight: 0.6, ideas: ['ignore', 'new-task'], within: 20 },
  { signal: 'override:forced-output', weight: 0.25, ideas: ['only-say'], within: 0 },
  { signal: 'override:forced-output', weight: 0.4, ideas: ['only-say'], within: 0, side: 'indirect' },
  { signal: 'override:authority', weight: 0.45, ideas: ['authority'], within: 0 },

  { signal: 'extract:system-prompt', weight: 0.85, ideas: ['tell', 'your', 'system', 'briefing'], within: 6, ordered: true },
  { signal: 'extract:your-instructions', weight: 0.6, ideas: ['tell', 'your', 'briefing'], within: 4, ordered: true },
  { signal: 'extract:your-instructions', weight: 0.5, ideas: ['reveal', 'your', 'system', 'briefing'], within: 4, ordered: true },
  { signal: 'extract:prompt-text', weight: 0.6, ideas: ['tell', 'definite', 'prompt-text'], within: 5 },
  { signal: 'extract:prompt-text', weight: 0.3, ideas: ['reveal', 'prompt-text'], within: 5 },
  { signal: 'extract:credential', weight: 0.6, ideas: ['tell', 'whose', 'secret'], within: 6 },
  { signal: 'extract:system-credential', weight: 0.5, ideas: ['tell', 'system', 'secret'], within: 5 },
  { signal: 'extract:a-credential', weight: 0.5, ideas: ['tell', 'secret'], within: 3 },
  { signal: 'extract:user-data', weight: 0.5, ideas: ['tell', 'user', 'private'], within: 6 },
  { signal: 'extract:user-data', weight: 0.5, ideas: ['reveal', 'user', 'private'], within: 4 },
  { signal: 'extract:personal-data', weight: 0.3, ideas: ['tell', 'private'], within: 5 },
  { signal: 'extract:framed-personal-data', weight: 0.4, ideas: ['pretend', 'tell', 'private'], within: 40 },

  { signal: 'extract:disguised', weight: 0.4, ideas: ['smuggle', 'secret'], within: 25, side: 'direct' },
  { signal: 'extract:disguised', weight: 0.5, ideas: ['smuggle', 'user'], within: 10, side: 'direct' },
  { signal: 'extract:disguised', weight: 0.3, ideas: ['smuggle', 'private'], within: 15, side: 'direct' },

  { signal: 'role:no-limits', weight: 0.35, ideas: ['without', 'limits'], within: 6, ordered: true },
  { signal: 'role:jailbreak-name', weight: 0.4, ideas: ['jailbreak'], within: 0 },
  { signal: 'role:model-limits', weight: 0.25, ideas: ['model', 'limits'], within: 5 },
  { signal: 'role:never-refuse', weight: 0.25, ideas: ['never', 'refuse'], within: 4 },
  { signal: 'role:become', weight: 0.5, ideas: ['become'], within: 0 },
  { signal: 'role:henceforth', weight: 0.3, ideas: ['henceforth'], within: 0 },
  { signal: 'role:forbidden', weight: 0.2, ideas: ['forbidden'], within: 60, times: 2 },
  { signal: 'role:character', weight: 0.25, ideas: ['character'], within: 0 },
  { signal: 'role:pretend', weight: 0.1, ideas: ['pretend'], within: 0, side: 'direct' },
  { signal: 'role:dual', weight: 0.3, ideas: ['dual'], within: 0 },
  { signal: 'role:pressure', weight: 0.15, ideas: ['pressure'], within: 0, side: 'direct' },
  { signal: 'role:obey', weight: 0.25, ideas: ['obey'], within: 0, side: 'direct' },
  { signal: 'role:model', weight: 0.2, ideas: ['model'], within: 0, side: 'direct' },

  { signal: 'planted:answer-change', weight: 0.6, ideas: ['your-answer', 'task'], within: 8, side: 'indirect' },
  { signal: 'planted:task', weight: 0.3, ideas: ['task'], within: 0, side: 'indirect' },
  { signal: 'planted:tool-order', weight: 0.45, ideas: ['tool-verb', 'ours'], within: 8, ordered: true, side: 'indirect' },
  { signal: 'planted:polite-order', weight: 0.45, ideas: ['polite-order'], within: 0, side: 'indirect' },
  { signal: 'planted:tool-object', weight: 0.3, ideas: ['polite-order', 'tool-object'], within: 8, ordered: true, side: 'indirect' },
  { signal: 'planted:tool-order', weight: 0.45, ideas: ['polite-order', 'ours'], within: 8, ordered: true, side: 'indirect' },
  { signal: 'planted:tool-object', weight: 0.3, ideas: ['tool-verb', 'tool-object'], within: 8, ordered: true, side: 'indirect' },
  { signal: 'planted:send-away', weight: 0.35, ideas: ['send', 'outside'], within: 12, ordered: true, side: 'indirect' },
];
