export * from './agents.ts';
export * from './plan.ts';
export * from './task.ts';
export * from './task.decide.ts';
export * from './task.subjects.ts';
export * from './task.state.ts';
export * from './task.timeline.ts';
export * from './task.view.ts';
