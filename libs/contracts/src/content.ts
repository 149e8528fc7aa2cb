import type { ContentPartJson, ContentSlotJson } from './gen/octobus/v1/content_pb.ts';

/** Parts of a slot in the clear. A sealed slot gives none: whoever needs it opens it through the vault. */
export const partsOf = (slot: ContentSlotJson | undefined): readonly ContentPartJson[] => slot?.clear?.parts ?? [];

export const clearSlot = (parts: readonly ContentPartJson[]): ContentSlotJson => ({ clear: { parts: [...parts] } });

export const partNamed = (slot: ContentSlotJson | undefined, name: string): ContentPartJson | undefined =>
  partsOf(slot).find((part) => part.name === name);

export const instructionName = (step: string): string => `${step}/instruction`;
export const argumentsName = (step: string): string => `${step}/arguments`;
