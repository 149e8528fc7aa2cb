import type { RecordedEvent } from '@octobus/event-log';
import { isUnreadable } from './faults.ts';
import { type Sealing, type SealingOptions, slotOf } from './sealing.ts';

/** The event as a reader of the log gets it: content in the clear, also in what an earlier release wrote; sealed where nobody can open it. */
export async function openedForReader(sealing: Sealing, event: RecordedEvent, options?: SealingOptions): Promise<RecordedEvent> {
  try {
    const opened = await sealing.opened(event, options);
    if (opened === event || event.written === undefined) return opened;
    return { ...opened, written: { ...(event.written as object), content: slotOf(opened) } };
  } catch (error) {
    if (isUnreadable(error)) return event;
    throw error;
  }
}
