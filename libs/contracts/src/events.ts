import type { DescMessage } from '@bufbuild/protobuf';
import * as audit from './gen/octobus/v1/audit_pb.ts';
import * as document from './gen/octobus/v1/document_pb.ts';
import * as identity from './gen/octobus/v1/identity_pb.ts';
import * as letter from './gen/octobus/v1/letter_pb.ts';
import * as policy from './gen/octobus/v1/policy_pb.ts';
import * as schedule from './gen/octobus/v1/schedule_pb.ts';
import * as subject from './gen/octobus/v1/subject_pb.ts';
import * as task from './gen/octobus/v1/task_pb.ts';

/** JSON form of every event's body, by type. The proto3 mapping: int64 are strings, timestamps RFC 3339. */
export interface EventData {
  'task.accepted.v1': task.TaskAcceptedJson;
  'task.rejected.v1': task.TaskRejectedJson;
  'task.cancel-requested.v1': task.TaskCancelRequestedJson;
  'task.steps-scheduled.v1': task.TaskStepsScheduledJson;
  'task.plan-adopted.v1': task.TaskPlanAdoptedJson;
  'task.step-dispatched.v1': task.TaskStepDispatchedJson;
  'task.step-done.v1': task.TaskStepDoneJson;
  'task.call-started.v1': task.TaskCallStartedJson;
  'task.call-finished.v1': task.TaskCallFinishedJson;
  'task.step-noted.v1': task.TaskStepNotedJson;
  'task.attempt-closed.v1': task.TaskAttemptClosedJson;
  'task.completed.v1': task.TaskCompletedJson;
  'task.failed.v1': task.TaskFailedJson;
  'task.cancelled.v1': task.TaskCancelledJson;
  'task.expired.v1': task.TaskExpiredJson;
  'task.deadline-set.v1': task.TaskDeadlineSetJson;
  'task.step-delayed.v1': task.TaskStepDelayedJson;
  'task.wait-begun.v1': task.TaskWaitBegunJson;
  'task.wait-ended.v1': task.TaskWaitEndedJson;
  'task.timer-fired.v1': task.TaskTimerFiredJson;
  'document.ingest-requested.v1': document.DocumentIngestRequestedJson;
  'document.indexed.v1': document.DocumentIndexedJson;
  'document.refused.v1': document.DocumentRefusedJson;
  'identity.tenant-requested.v1': identity.TenantRequestedJson;
  'identity.tenant-created.v1': identity.TenantCreatedJson;
  'identity.key-requested.v1': identity.ApiKeyRequestedJson;
  'identity.key-created.v1': identity.ApiKeyCreatedJson;
  'identity.key-revocation-requested.v1': identity.ApiKeyRevocationRequestedJson;
  'identity.key-revoked.v1': identity.ApiKeyRevokedJson;
  'identity.session-requested.v1': identity.SessionRequestedJson;
  'audit.denied.v1': audit.AuditDeniedJson;
  'audit.refusals-counted.v1': audit.AuditRefusalsCountedJson;
  'audit.call-repeated.v1': audit.AuditCallRepeatedJson;
  'audit.replay-open-requested.v1': audit.AuditReplayOpenRequestedJson;
  'audit.replay-close-requested.v1': audit.AuditReplayCloseRequestedJson;
  'audit.blocked.v1': audit.AuditBlockedJson;
  'audit.output-blocked.v1': audit.AuditOutputBlockedJson;
  'letter.redrive-requested.v1': letter.LetterRedriveRequestedJson;
  'letter.redriven.v1': letter.LetterRedrivenJson;
  'letter.redrive-refused.v1': letter.LetterRedriveRefusedJson;
  'letter.drop-requested.v1': letter.LetterDropRequestedJson;
  'letter.dropped.v1': letter.LetterDroppedJson;
  'schedule.create-requested.v1': schedule.ScheduleCreateRequestedJson;
  'schedule.refused.v1': schedule.ScheduleRefusedJson;
  'schedule.pause-requested.v1': schedule.SchedulePauseRequestedJson;
  'schedule.resume-requested.v1': schedule.ScheduleResumeRequestedJson;
  'schedule.delete-requested.v1': schedule.ScheduleDeleteRequestedJson;
  'schedule.armed.v1': schedule.ScheduleArmedJson;
  'schedule.fired.v1': schedule.ScheduleFiredJson;
  'schedule.paused.v1': schedule.SchedulePausedJson;
  'schedule.deleted.v1': schedule.ScheduleDeletedJson;
  'schedule.timer-fired.v1': schedule.ScheduleTimerFiredJson;
  'subject.erasure-requested.v1': subject.SubjectErasureRequestedJson;
  'subject.key-created.v1': subject.SubjectKeyCreatedJson;
  'subject.erased.v1': subject.SubjectErasedJson;
  'policy.set-requested.v1': policy.PolicySetRequestedJson;
  'policy.adopted.v1': policy.PolicyAdoptedJson;
}

export type EventType = keyof EventData;

/** The message that describes each type's body. */
export const EVENT_SCHEMAS: Readonly<Record<EventType, DescMessage>> = {
  'task.accepted.v1': task.TaskAcceptedSchema,
  'task.rejected.v1': task.TaskRejectedSchema,
  'task.cancel-requested.v1': task.TaskCancelRequestedSchema,
  'task.steps-scheduled.v1': task.TaskStepsScheduledSchema,
  'task.plan-adopted.v1': task.TaskPlanAdoptedSchema,
  'task.step-dispatched.v1': task.TaskStepDispatchedSchema,
  'task.step-done.v1': task.TaskStepDoneSchema,
  'task.call-started.v1': task.TaskCallStartedSchema,
  'task.call-finished.v1': task.TaskCallFinishedSchema,
  'task.step-noted.v1': task.TaskStepNotedSchema,
  'task.attempt-closed.v1': task.TaskAttemptClosedSchema,
  'task.completed.v1': task.TaskCompletedSchema,
  'task.failed.v1': task.TaskFailedSchema,
  'task.cancelled.v1': task.TaskCancelledSchema,
  'task.expired.v1': task.TaskExpiredSchema,
  'task.deadline-set.v1': task.TaskDeadlineSetSchema,
  'task.step-delayed.v1': task.TaskStepDelayedSchema,
  'task.wait-begun.v1': task.TaskWaitBegunSchema,
  'task.wait-ended.v1': task.TaskWaitEndedSchema,
  'task.timer-fired.v1': task.TaskTimerFiredSchema,
  'document.ingest-requested.v1': document.DocumentIngestRequestedSchema,
  'document.indexed.v1': document.DocumentIndexedSchema,
  'document.refused.v1': document.DocumentRefusedSchema,
  'identity.tenant-requested.v1': identity.TenantRequestedSchema,
  'identity.tenant-created.v1': identity.TenantCreatedSchema,
  'identity.key-requested.v1': identity.ApiKeyRequestedSchema,
  'identity.key-created.v1': identity.ApiKeyCreatedSchema,
  'identity.key-revocation-requested.v1': identity.ApiKeyRevocationRequestedSchema,
  'identity.key-revoked.v1': identity.ApiKeyRevokedSchema,
  'identity.session-requested.v1': identity.SessionRequestedSchema,
  'audit.denied.v1': audit.AuditDeniedSchema,
  'audit.refusals-counted.v1': audit.AuditRefusalsCountedSchema,
  'audit.call-repeated.v1': audit.AuditCallRepeatedSchema,
  'audit.replay-open-requested.v1': audit.AuditReplayOpenRequestedSchema,
  'audit.replay-close-requested.v1': audit.AuditReplayCloseRequestedSchema,
  'audit.blocked.v1': audit.AuditBlockedSchema,
  'audit.output-blocked.v1': audit.AuditOutputBlockedSchema,
  'letter.redrive-requested.v1': letter.LetterRedriveRequestedSchema,
  'letter.redriven.v1': letter.LetterRedrivenSchema,
  'letter.redrive-refused.v1': letter.LetterRedriveRefusedSchema,
  'letter.drop-requested.v1': letter.LetterDropRequestedSchema,
  'letter.dropped.v1': letter.LetterDroppedSchema,
  'schedule.create-requested.v1': schedule.ScheduleCreateRequestedSchema,
  'schedule.refused.v1': schedule.ScheduleRefusedSchema,
  'schedule.pause-requested.v1': schedule.SchedulePauseRequestedSchema,
  'schedule.resume-requested.v1': schedule.ScheduleResumeRequestedSchema,
  'schedule.delete-requested.v1': schedule.ScheduleDeleteRequestedSchema,
  'schedule.armed.v1': schedule.ScheduleArmedSchema,
  'schedule.fired.v1': schedule.ScheduleFiredSchema,
  'schedule.paused.v1': schedule.SchedulePausedSchema,
  'schedule.deleted.v1': schedule.ScheduleDeletedSchema,
  'schedule.timer-fired.v1': schedule.ScheduleTimerFiredSchema,
  'subject.erasure-requested.v1': subject.SubjectErasureRequestedSchema,
  'subject.key-created.v1': subject.SubjectKeyCreatedSchema,
  'subject.erased.v1': subject.SubjectErasedSchema,
  'policy.set-requested.v1': policy.PolicySetRequestedSchema,
  'policy.adopted.v1': policy.PolicyAdoptedSchema,
};

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_SCHEMAS, type);

/** An event's type and body, discriminated by type. */
export type EventBody = { [T in EventType]: { readonly type: T; readonly data: EventData[T] } }[EventType];
export type EventOf<T extends EventType> = Extract<EventBody, { type: T }>;
