/** Where a text comes from: typed by the user; a document that was found; the answer of a tool; what a model wrote and is about to leave. */
export type Channel = 'user' | 'retrieved' | 'tool' | 'output';

/** Who speaks: the user, who may ask for things, or somebody else, who may not. */
export type Side = 'direct' | 'indirect';

/** A channel, or only a side where no more is known: `direct` is a user's text, `indirect` counts as a tool's. */
export type Source = Channel | Side;

export const channelOf = (source: Source): Channel => (source === 'direct' ? 'user' : source === 'indirect' ? 'tool' : source);

export const sideOf = (channel: Channel): Side => (channel === 'user' ? 'direct' : 'indirect');
