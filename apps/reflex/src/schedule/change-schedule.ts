import type { EventBody } from '@octobus/contracts';
import type { Command } from '../ingress/command.ts';

export type ScheduleChange = 'pause-schedule' | 'resume-schedule' | 'delete-schedule';

const TYPES = {
  'pause-schedule': 'schedule.pause-requested.v1',
  'resume-schedule': 'schedule.resume-requested.v1',
  'delete-schedule': 'schedule.delete-requested.v1',
} as const;

export const requestChange = ({ verb, id }: Command<ScheduleChange>): EventBody => ({ type: TYPES[verb], data: { commandId: id } });
