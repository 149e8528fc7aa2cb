import { type Held, type VolatileStore, assertFits } from '@octobus/volatile';
import { Redis } from 'ioredis';
import { fromRedisError } from './from-redis-error.ts';

export interface RedisOptions {
  /** `redis://user:password@host:port/db`, or `rediss://` over TLS. */
  readonly url: string;
  /** Part of every key, so that several uses of one server stay apart. */
  readonly bucket: string;
  /** Told of a connection that doesn't work, as often as it is tried. */
  readonly onTrouble?: (error: Error) => void;
}

const ANSWER_WITHIN_MS = 500;
const CONNECT_AGAIN_MS = 100;
const READY_WITHIN_MS = 1_000;

/** Compares and writes in one step; what stands there, and what is to, are arguments and never part of the script. */
const SWAP = `
local held = redis.call('GET', KEYS[1])
if ARGV[1] == 'nothing' then
  if held then return 0 end
elseif held ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
`;

interface WithSwap {
  octobusSwap(key: string, expects: 'nothing' | 'value', seen: string, value: string, ttlMs: number): Promise<number>;
}

/** Values in Redis. They are compared by what they say: two that are equal are the same state. */
export class RedisVolatileStore implements VolatileStore {
  private readonly redis: Redis & WithSwap;
  private readonly prefix: string;

  private constructor(redis: Redis, bucket: string) {
    redis.defineCommand('octobusSwap', { numberOfKeys: 1, lua: SWAP });
    this.redis = redis as Redis & WithSwap;
    this.prefix = `octobus:${bucket}:`;
  }

  /** Resolves when connected, or after a second without: it goes on trying, and until then every call is a fault. */
  static async open({ url, bucket, onTrouble = () => undefined }: RedisOptions): Promise<RedisVolatileStore> {
    const redis = new Redis(url, {
      connectionName: `octobus-${bucket}`,
      commandTimeout: ANSWER_WITHIN_MS,
      connectTimeout: READY_WITHIN_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => CONNECT_AGAIN_MS,
    });
    redis.on('error', onTrouble);
    const store = new RedisVolatileStore(redis, bucket);
    await ready(redis);
    return store;
  }

  async get(key: string): Promise<Held | undefined> {
    assertFits(key);
    const value = await this.ask(() => this.redis.get(this.prefix + key));
    return value === null ? undefined : { value, revision: 0 };
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    assertFits(key, value);
    await this.ask(() => this.redis.set(this.prefix + key, value, 'PX', whole(ttlMs)));
  }

  async swap(key: string, seen: Held | undefined, value: string, ttlMs: number): Promise<Held | undefined> {
    assertFits(key, value);
    const expects = seen === undefined ? 'nothing' : 'value';
    const done = await this.ask(() => this.redis.octobusSwap(this.prefix + key, expects, seen?.value ?? '', value, whole(ttlMs)));
    return done === 1 ? { value, revision: 0 } : undefined;
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw fromRedisError(error);
    }
  }
}

const whole = (ttlMs: number): number => Math.max(1, Math.ceil(ttlMs));

function ready(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, READY_WITHIN_MS);
    function done(): void {
      clearTimeout(timer);
      redis.off('ready', done);
      resolve();
    }
    redis.once('ready', done);
  });
}
