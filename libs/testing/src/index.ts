export * from './eventually.ts';
export * from './nats-cluster.ts';
export * from './nats.ts';
export * from './postgres.ts';
export * from './power-cut-disk.ts';
export * from './redis.ts';
