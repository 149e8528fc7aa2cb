/** A public door of a stack, as a submitter uses it. */
export interface Door {
  /** Submits one task and resolves with its last state when the submitter has seen it end. Faults of the door, and `run-too-late`. */
  run(): Promise<string>;
  close(): Promise<void>;
}

/** A run that takes longer counts as an error. */
export const RUN_WITHIN_MS = 30_000;
