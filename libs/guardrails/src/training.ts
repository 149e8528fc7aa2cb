// What the trainer (tools/guardrails) needs to see a text exactly as the classifier does.
export { cutOf, type Cut } from './injection/classifier/evidence.ts';
export { buckets, featuresOf, mostFeatures } from './injection/classifier/features.ts';
export { strongestWindow } from './injection/classifier/windows.ts';
export { read, type Reading } from './injection/read.ts';
export { unfold } from './text/decode.ts';
export { bandOf } from './injection/bands.ts';
export { channelOf } from './injection/channels.ts';
export { defaultPolicy } from './policy.ts';
