/** A passage near a vector: `similarity` is the cosine, -1..1. */
export interface Neighbour {
  readonly documentId: string;
  /** Place of the passage in its document. */
  readonly ordinal: number;
  readonly similarity: number;
}

/**
 * Passages by meaning, for one tenant; beside `SearchIndex`, which finds them by words. Vectors are of one length, set by the model that makes them. Adding a passage again replaces
 * it; `nearest` gives the best first, at most `k`, and nothing of documents that were removed before it was called.
 */
export interface VectorIndex {
  add(documentId: string, ordinal: number, vector: Float32Array): Promise<void>;
  remove(documentId: string): Promise<void>;
  nearest(vector: Float32Array, k: number): Promise<readonly Neighbour[]>;
}
