/** Questions that change nothing: NATS request/reply, JSON both ways. */

/** `query.memory.search` */
export interface MemorySearchRequest {
  readonly tenant: string;
  readonly query: string;
  /** Passages wanted, at most 50. */
  readonly k: number;
  /** Only these documents; absent or empty: all of the tenant's. */
  readonly documentIds?: readonly string[];
}

export interface Passage {
  readonly documentId: string;
  readonly name: string;
  /** SHA-256 (hex) of the document that was indexed. */
  readonly digest: string;
  readonly text: string;
  readonly heading?: string;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
}

export interface MemorySearchAnswer {
  /** Best first. */
  readonly passages: readonly Passage[];
  /** 0..1: how likely the passages hold the answer at all. */
  readonly confidence: number;
  readonly documents: number;
}

/** `query.memory.documents` */
export interface MemoryDocumentsRequest {
  readonly tenant: string;
  /** `next` of the page before. */
  readonly after?: string;
  /** At most 500, the default. */
  readonly limit?: number;
}

export interface MemoryDocument {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly chunks: number;
  readonly state: 'indexed' | 'refused';
  /** Why it was refused. */
  readonly reason?: string;
  /** The command that brought this version. */
  readonly version: string;
}

export interface MemoryDocumentsAnswer {
  readonly items: readonly MemoryDocument[];
  readonly next?: string;
  /** Last sequence of the log that the index has seen of this tenant. */
  readonly sequence: number;
}

/** `replay.<tenant>.open`: moves a reader's cursor in the server; of the record only the audit, which hears of it by a command. */
export interface OpenReplayRequest {
  /** A sequence or a time, inclusive, or a cursor; absent: the first event. */
  readonly from?: string;
  /** Only this task. */
  readonly task?: string;
  /** Which of the durables; absent: one that nobody reads. */
  readonly slot?: number;
}

export interface OpenReplayAnswer {
  readonly slot: number;
  readonly filter: string;
  /** One a stream that can hold what is wanted; each begins with the first event behind `after`. */
  readonly durables: readonly { readonly stream: string; readonly durable: string; readonly after: number }[];
}

/** `replay.<tenant>.close`: removes a durable. */
export interface CloseReplayRequest {
  readonly slot: number;
}

export interface CloseReplayAnswer {
  readonly slot: number;
  readonly durable: string;
}

/** `replay.<tenant>.list`: a replay that is open. */
export interface OpenReplay {
  readonly slot: number;
  readonly durable: string;
  readonly filter: string;
  /** Who opened it, as in the audit; empty when a release of before has made it. */
  readonly actor: string;
  /** RFC 3339. */
  readonly openedAt: string;
  readonly usedAt: string;
  /** False: nobody has read it for a while, so that it may be given to the next who asks. */
  readonly inUse: boolean;
}

export interface ListReplaysAnswer {
  readonly items: readonly OpenReplay[];
}

/** `vault.key.<service>` */
export interface VaultKeyRequest {
  readonly tenant: string;
  /** Token of the data subject. */
  readonly subject: string;
  /** Of an arm: subject of the dispatch at work. It gets the key only while that attempt is open. */
  readonly dispatch?: string;
}

export interface VaultKeyAnswer {
  /** AES-256, base64url. */
  readonly key: string;
}
