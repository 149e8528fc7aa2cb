/** Codes of the faults that the projector makes. */
export const PROJECTOR_FAULTS = {
  /** The log does not show yet what was delivered already (a replica that is behind); it will. */
  logBehind: 'log-behind',
  /** The log ends before the position: it lost events that were folded. Nothing more is folded until somebody has looked. */
  logLostEvents: 'log-lost-events',
  /** A newer release folds the read models in another version; this process has nothing more to do. */
  superseded: 'projection-superseded',
  /** Another rebuild of the read models is under way. */
  rebuildUnderWay: 'rebuild-under-way',
} as const;
