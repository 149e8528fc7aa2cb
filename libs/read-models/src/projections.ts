import { type EventType, fitsSubject } from '@octobus/contracts';
import type { ProjectionKey } from '@octobus/postgres';
import { auditProjection } from './audit.projection.ts';
import { documentsProjection } from './documents.projection.ts';
import { identityProjection } from './identity.projection.ts';
import type { FoldableEvent, Projection, RowChange } from './projection.ts';
import { tasksProjection } from './tasks.projection.ts';
import { timelineProjection } from './timeline.projection.ts';

export const PROJECTIONS: readonly Projection[] = [
  tasksProjection,
  timelineProjection,
  documentsProjection,
  identityProjection,
  auditProjection,
];

/** All projections move together: one position, whose version names the version of each. */
export const READ_MODELS: ProjectionKey = {
  projection: 'read-models',
  version: PROJECTIONS.map(({ name, version }) => `${name}@${version}`)
    .toSorted()
    .join(' '),
};

const byType = new Map<EventType, Projection[]>();
for (const projection of PROJECTIONS) {
  for (const type of projection.handles) byType.set(type, [...(byType.get(type) ?? []), projection]);
}

/** What one event changes in all read models. Nothing, if its type is unknown here or has no business at its subject. */
export function foldEvent(event: FoldableEvent): readonly RowChange[] {
  const { body, address } = event;
  if (body.type === 'unknown' || typeof body.data !== 'object' || body.data === null) return [];
  const projections = byType.get(body.type);
  if (projections === undefined || !fitsSubject(body.type, address)) return [];
  return projections.flatMap((projection) => projection.fold(event));
}
