import { type Bus, type LogMarker, assertLogIsWhole, raisedTo, readLogStates } from '@octobus/jetstream';
import { type LogStreamCount, liveSubject } from '@octobus/contracts';
import { isFault } from '@octobus/kernel';

export interface LogKeeperOptions {
  readonly bus: Bus;
  /** One for each stream of the log. */
  readonly markers: readonly LogMarker[];
  /** A cluster's new leader may for a moment show less than was acknowledged: it is asked again before the log counts as damaged. */
  readonly replicated: boolean;
  /** After a reconnect: makes what the server may have lost, once the log is seen to be whole. */
  mend(markers: readonly LogMarker[]): Promise<unknown>;
  keep(markers: readonly LogMarker[]): void;
  /** The log isn't what the markers know any more: nothing may be written to it. */
  onBroken(fault: Error): void;
  /** The markers couldn't be kept (a full disk); said once. */
  onTrouble(error: unknown): void;
}

export interface LogKeeper {
  /** Raises it a last time. */
  stop(): Promise<void>;
}

const PAUSE_MS = 1_000;
/** Looks in a row that a cluster may show too little. */
const DOUBTS = 15;

/**
 * Holds the log against its markers and raises them, at most once a second while events come and never while none do: of the live feed one
 * message is heard, then the server is asked once a stream, whatever the rate. Also after every reconnect, when the server may have lost something.
 */
export function keepLog({ bus, markers, replicated, mend, keep, onBroken, onTrouble }: LogKeeperOptions): LogKeeper {
  let current = markers;
  const logStreams = markers.length as LogStreamCount;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let troubled = false;
  let doubts = 0;
  const look = async (reconnected: boolean): Promise<void> => {
    try {
      if (reconnected) await mend(current);
      const states = await readLogStates(bus.connection, { logStreams });
      assertLogIsWhole(current, states);
      const next = raisedTo(current, states);
      if (next !== current) keep(next);
      current = next;
      troubled = false;
      doubts = 0;
    } catch (error) {
      if (isFault(error, 'log-shorter-than-known')) {
        if (replicated && ++doubts < DOUBTS) wake();
        else onBroken(error);
      } else if (!isFault(error, 'provisioning-unavailable') && !troubled) {
        troubled = true;
        onTrouble(error);
      }
    }
  };
  const wake = (): void => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      listen();
      void look(false);
    }, PAUSE_MS);
  };
  const listen = (): void => {
    if (!stopped && !bus.connection.isClosed()) bus.connection.subscribe(liveSubject('evt.>'), { max: 1, callback: wake });
  };
  const unlisten = bus.on((event) => {
    if (event.type === 'reconnected') void look(true);
  });
  listen();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      unlisten();
      await look(false);
    },
  };
}
