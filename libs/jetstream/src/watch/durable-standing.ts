import { STREAMS } from '@octobus/contracts';
import { durableDifference } from '../provisioning/difference.ts';
import { type DurableSettings, armDurableName } from '../provisioning/durables.ts';

/** What the server says of a durable at one moment. */
export interface DurableSighting {
  /** When this durable was made: another one of its name has another time. */
  readonly created: string;
  readonly settings: DurableSettings;
  /** Messages that it has not delivered yet. */
  readonly pending: number;
  /** Delivered and not acknowledged. */
  readonly unacked: number;
  /** Of those, delivered more than once. */
  readonly redelivered: number;
  /** Requests for messages that stand open. */
  readonly pulls: number;
  readonly floor: Place;
  readonly delivered: Place;
}

/** A sequence of the stream, and how many deliveries of this durable led there: that count starts again with the durable. */
export interface Place {
  readonly sequence: number;
  readonly count: number;
}

/**
 * Told: `slow` (what waits isn't getting less and would take long), `retrying` (its oldest message has come again and is not done), `held` (a service
 * has some in hand and gets none done), `unread` (messages wait, nobody asks). Repaired: `stuck` (messages wait, somebody asks, nothing comes), `missing`, `altered` (not the wanted settings), `displaced`
 * (it stands where it can't have got by working).
 */
export type DurableState = 'ok' | 'slow' | 'retrying' | 'held' | 'unread' | 'stuck' | 'missing' | 'altered' | 'displaced';

export const REPAIRED: ReadonlySet<DurableState> = new Set(['stuck', 'missing', 'altered', 'displaced']);

export interface Figures {
  readonly pending: number;
  readonly unacked: number;
  readonly redelivered: number;
  readonly pulls: number;
}

/** What is remembered of a durable from one look to the next. */
export interface DurableStanding extends Figures {
  readonly stream: string;
  readonly name: string;
  readonly state: DurableState;
  readonly created: string;
  /** Everything up to this sequence was handled: where a durable that is made again goes on. */
  readonly position: number;
  /** Deliveries so far, and those before the first one that isn't acknowledged. */
  readonly delivered: number;
  readonly handled: number;
  /** Looks in a row at which nothing had moved though something was waiting or in hand. */
  readonly still: number;
  /** Looks in a row at which the oldest message in hand was the same, and some had come again. */
  readonly held: number;
  /** Fewest messages waiting lately, and for how many looks in a row there were no fewer. */
  readonly least: number;
  readonly behind: number;
  /** How often it was repaired, and when last (milliseconds since 1970; 0: never). */
  readonly repairs: number;
  readonly repairedAt: number;
}

export interface WatchLimits {
  /** Looks in a row after which a stand-still, or a backlog that doesn't shrink, is trouble. */
  readonly looks: number;
  /** A backlog that is worked off within so many milliseconds is none. */
  readonly backlogMs: number;
  /** Sequences that a crash may set a durable back: its acks are not synced. */
  readonly setBack: number;
}

/** Confirmed acks of the last 0.1 s came again after a power cut (590 at most; nats-server 2.15). */
export const WATCH_LIMITS: WatchLimits = { looks: 3, backlogMs: 10_000, setBack: 10_000 };

export interface Look extends WatchLimits {
  /** Since the last one. */
  readonly elapsedMs: number;
  /** Another server answers than last time, or the same one started anew: then a durable may have lost its position. Else whoever moved it back meant it. */
  readonly restarted: boolean;
}

/** What a look finds, beside what was known. */
export function judge(
  wanted: DurableSettings,
  seen: DurableSighting | undefined,
  before: DurableStanding | undefined,
  look: Look,
): DurableStanding {
  const known = before ?? standingOf(wanted, seen);
  if (seen === undefined) return { ...known, ...NO_FIGURES, state: 'missing' };
  const figures = figuresOf(seen);
  if (durableDifference(wanted, seen.settings).kind !== 'none') return { ...known, ...figures, state: 'altered' };
  if (isDisplaced(seen, known, look)) return { ...known, ...figures, state: 'displaced' };
  const standing = before === undefined ? known : counted(standingOf(wanted, seen), known);
  return { ...standing, state: stateOf(standing, seen, look, seen.floor.count - known.handled) };
}

/** A durable of which nothing else is known than what is seen, and that is as it should be. */
export const standingOf = ({ stream, name }: DurableSettings, seen: DurableSighting | undefined): DurableStanding => ({
  stream,
  name,
  state: 'ok',
  created: seen?.created ?? '',
  position: seen?.floor.sequence ?? 0,
  delivered: seen?.delivered.count ?? 0,
  handled: seen?.floor.count ?? 0,
  ...(seen === undefined ? NO_FIGURES : figuresOf(seen)),
  still: 0,
  held: 0,
  least: seen?.pending ?? 0,
  behind: 0,
  repairs: 0,
  repairedAt: 0,
});

const figuresOf = ({ pending, unacked, redelivered, pulls }: DurableSighting): Figures => ({ pending, unacked, redelivered, pulls });

const NO_FIGURES: Figures = { pending: 0, unacked: 0, redelivered: 0, pulls: 0 };

/** In a work queue whatever wasn't handled is still there, so that a durable made anew stands where it should. */
export const keepsPosition = ({ stream }: Pick<DurableSettings, 'stream'>): boolean => stream !== STREAMS.ingress;

function isDisplaced({ created, floor, delivered }: DurableSighting, known: DurableStanding, { setBack, restarted }: Look): boolean {
  // An ack of before a reset, where one ack stands for all before it: the later ones are below it and ignored (nats-server 2.15.1).
  if (floor.count > delivered.count) return true;
  if (created !== known.created) return known.created !== '' && keepsPosition(known) && floor.sequence !== known.position;
  const back = restarted && floor.sequence < known.position - setBack;
  const ahead = floor.sequence > known.position && delivered.count < known.delivered;
  return back || ahead;
}

function counted(now: DurableStanding, known: DurableStanding): DurableStanding {
  const isWaiting = now.pending + now.unacked > 0;
  const hasMoved = MOVING.some((figure) => now[figure] !== known[figure]);
  const isHeld = now.position === known.position && now.unacked > 0 && now.redelivered > 0;
  const isLess = now.pending === 0 || known.pending === 0 || now.pending < known.least;
  return {
    ...now,
    position: Math.max(now.position, known.position),
    still: isWaiting && !hasMoved ? known.still + 1 : 0,
    held: isHeld ? known.held + 1 : 0,
    least: isLess ? now.pending : known.least,
    behind: isLess ? 0 : known.behind + 1,
    repairs: known.repairs,
    repairedAt: known.repairedAt,
  };
}

/** A step of an arm may take an hour; whatever else reads the log is done in seconds. */
const mayTakeLong = ({ name }: DurableStanding): boolean => name.startsWith(ARMS);

/** `arm-` of every arm's. */
const ARMS = armDurableName('', '').slice(0, -1);

const MOVING = ['handled', 'delivered', 'pending', 'unacked'] as const;

function stateOf(now: DurableStanding, { settings }: DurableSighting, { looks, backlogMs, elapsedMs }: Look, done: number): DurableState {
  if (now.still >= looks && now.pending > 0) {
    if (now.pulls > 0 && now.unacked < settings.max_ack_pending) return 'stuck';
    if (now.unacked === 0) return 'unread';
  }
  if (now.held >= 2 * looks) return 'retrying';
  if (now.still >= looks && now.unacked > 0 && !mayTakeLong(now)) return 'held';
  if (now.behind < looks) return 'ok';
  return done <= 0 || (now.pending / done) * elapsedMs > backlogMs ? 'slow' : 'ok';
}
