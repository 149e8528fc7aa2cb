export * from './redis-volatile-store.ts';
