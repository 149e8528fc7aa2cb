import type { EventLog, LogPart } from '@octobus/event-log';
import type { Instant } from '@octobus/kernel';
import type { Sealing } from '@octobus/sealing';
import type { LogRoom } from '@octobus/service';
import type { Denials } from './audit/denials.ts';
import type { KeyRing } from './auth/key-ring.ts';
import type { Sessions } from './auth/sessions.ts';
import type { DocumentDoor } from './documents/document-door.ts';
import type { EventSource } from './events/event-reader.ts';
import type { Door } from './door/door.ts';
import type { LetterDoor } from './letters/letter-door.ts';
import type { Gate } from './limits/gate.ts';
import type { OpenEnds } from './limits/open-ends.ts';
import type { TaskEnds } from './live/task-ends.ts';
import type { LiveEvents, TaskFeed } from './live/task-feed.ts';
import type { Received } from './live/received.ts';
import type { Verdicts } from './live/verdicts.ts';
import type { Lists } from './lists.ts';
import type { OutputGuard } from './output/output-guard.ts';
import type { ExportParts } from './subjects/export-lines.ts';

/** Everything a route may use; made once, in the module. */
export interface GatewayParts extends ExportParts {
  readonly log: EventLog;
  /** The stream that an event of this subject is in. */
  readonly streamOf: (subject: string) => string;
  /** Opens what is shown; the log itself holds content sealed. */
  readonly sealing: Sealing;
  readonly live: LiveEvents;
  /** The log, stream by stream. */
  readonly events: EventSource;
  /** The same for one reader, who is told of what is no event. */
  readonly openLog: (onDropped: () => void) => readonly LogPart[];
  readonly feed: TaskFeed;
  readonly ends: TaskEnds;
  readonly verdicts: Verdicts;
  readonly received: Received;
  readonly door: Door;
  readonly denials: Denials;
  /** What is shown of what arms wrote. */
  readonly outputs: OutputGuard;
  readonly letters: LetterDoor;
  readonly documents: DocumentDoor;
  readonly lists: Lists;
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly streams: Gate;
  readonly requests: Gate;
  readonly openEnds: OpenEnds;
  /** Requests that wait for the end of a task. */
  readonly waits: Gate;
  readonly room: LogRoom;
  readonly doorKey: string;
  readonly durability: string;
  readonly clock: () => Instant;
  /** A question over the bus. */
  readonly ask: <T>(subject: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<T>;
  /** For what a caller can't be told any more. */
  readonly warn: (error: unknown, message: string) => void;
  /** What the service depends on, with a word on each that doesn't answer. */
  readonly checks: () => Promise<Readonly<Record<string, string>>>;
}

export const GATEWAY = Symbol('gateway parts');
