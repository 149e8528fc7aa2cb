import { fitsSchema } from './fits-schema.ts';
import { type ContentJson, type ContentPartJson, ContentSchema, type ContentSlotJson } from './gen/octobus/v1/content_pb.ts';

/** Parts of a slot in the clear. A sealed slot gives none: whoever needs it opens it through the vault. */
export const partsOf = (slot: ContentSlotJson | undefined): readonly ContentPartJson[] => slot?.clear?.parts ?? [];

export const clearSlot = (parts: readonly ContentPartJson[]): ContentSlotJson => ({ clear: { parts: [...parts] } });

export const partNamed = (slot: ContentSlotJson | undefined, name: string): ContentPartJson | undefined =>
  partsOf(slot).find((part) => part.name === name);

export const instructionName = (step: string): string => `${step}/instruction`;
export const argumentsName = (step: string): string => `${step}/arguments`;

/** True for content that nobody has opened: its key is not here, or was destroyed. */
export const isSealed = (slot: ContentSlotJson | undefined): boolean => slot?.sealed !== undefined;

/** What a sealed text held; undefined when it is no content. */
export const contentIn = (value: unknown): ContentJson | undefined =>
  fitsSchema(ContentSchema, value) ? (value as ContentJson) : undefined;
