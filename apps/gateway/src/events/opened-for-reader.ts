import type { ContentSlotJson } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type Sealing, SEALING_FAULTS } from '@octobus/sealing';
import { isFault } from '@octobus/kernel';

export const slotOf = ({ body }: Pick<RecordedEvent, 'body'>): ContentSlotJson | undefined =>
  (body.data as { readonly content?: ContentSlotJson } | undefined)?.content;

/** Content that no key opens: of a person who was erased, or put there by somebody who had no right to. */
const UNREADABLE = [SEALING_FAULTS.foreign, SEALING_FAULTS.malformed, SEALING_FAULTS.altered];

/** The event as a reader of the log gets it: content in the clear, also in what an earlier release wrote; sealed where nobody can open it. */
export async function openedForReader(sealing: Sealing, event: RecordedEvent): Promise<RecordedEvent> {
  try {
    const opened = await sealing.opened(event);
    if (opened === event || event.written === undefined) return opened;
    return { ...opened, written: { ...(event.written as object), content: slotOf(opened) } };
  } catch (error) {
    if (UNREADABLE.some((code) => isFault(error, code))) return event;
    throw error;
  }
}
