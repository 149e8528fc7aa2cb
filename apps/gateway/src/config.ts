import { type Environment, environment } from '@octobus/service';

export interface GatewayConfig {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly doorKey: string;
  readonly host: string;
  readonly port: number;
  readonly durability: string;
  /** Servers that hold the log. */
  readonly replicas: number;
  /** Requests under way at once; more are answered 503. */
  readonly maxRequests: number;
  /** Event streams open at once; more are answered 503. */
  readonly maxStreams: number;
  /** Of those, for one tenant: nobody takes all. Requests that wait for a task's end are counted the same way. */
  readonly maxStreamsPerTenant: number;
}

export function gatewayConfig(env: Environment): GatewayConfig {
  const read = environment(env);
  return Object.freeze({
    natsUrl: read.text('NATS_URL'),
    databaseUrl: read.text('DATABASE_URL'),
    doorKey: read.text('OCTO_DOOR_KEY'),
    host: read.text('OCTO_HOST', '127.0.0.1'),
    port: read.integer('OCTO_PORT', 8420, 0, 65_535),
    durability: read.text('OCTO_DURABILITY', 'fsync'),
    replicas: read.integer('OCTO_REPLICAS', 1, 1, 5),
    maxRequests: read.integer('OCTO_MAX_REQUESTS', 1000, 1, 100_000),
    maxStreams: read.integer('OCTO_MAX_STREAMS', 2000, 1, 100_000),
    maxStreamsPerTenant: read.integer('OCTO_MAX_STREAMS_PER_TENANT', 1600, 1, 100_000),
  });
}
