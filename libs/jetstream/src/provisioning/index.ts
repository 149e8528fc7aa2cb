export { accountsOf, accountsWithUsers } from './accounts.ts';
export type { Account, Export, Import } from './accounts.ts';
export { keepsPromise, readActualDurability } from './actual-durability.ts';
export type { ActualDurability } from './actual-durability.ts';
export { newCredentials, newStoreKey } from './credentials.ts';
export type { Credential, Credentials } from './credentials.ts';
export { durableDifference, streamDifference } from './difference.ts';
export type { Difference } from './difference.ts';
export {
  ORCHESTRATOR_TIMERS,
  PROJECTION,
  REPLAY_SLOTS,
  armDurableName,
  durables,
  isTenantName,
  replayDurableName,
  tenantDurableName,
  tenantDurables,
} from './durables.ts';
export type { DurableSettings } from './durables.ts';
export { PROVISIONING_FAULTS } from './faults.ts';
export { armAccount, KEY_USERS, MEMORY_ACCOUNT, PLATFORM_ACCOUNT, tenantAccount } from './grants.ts';
export { newLandscape, withTenant } from './landscape.ts';
export type { Landscape } from './landscape.ts';
export { assertLogIsWhole, gapIn, markerOf, raised, raisedTo } from './log-marker.ts';
export type { LogMarker, LogState } from './log-marker.ts';
export { readLogSizes, readLogStreamCount } from './log-size.ts';
export type { LogSize } from './log-size.ts';
export { createTenantDurables, provision, readLogStates } from './provision.ts';
export type { ProvisionOptions } from './provision.ts';
export { chooseReplaySlot, MOST_REPLAYS_OF_A_CALLER } from './choose-replay-slot.ts';
export { closeReplay, openReplay, openReplays } from './replays.ts';
export type { WantedReplay } from './replays.ts';
export { serverConfig, storeKeyFile } from './server-config.ts';
export type { ClusterSettings, DurabilityLevel, ServerAddress, ServerSettings, StoreKeySource } from './server-config.ts';
export { INGRESS_PER_SUBJECT, STREAM_SETTINGS } from './streams.ts';
export type { StreamSettings } from './streams.ts';
