import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsController } from './agents.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { ConsoleController } from './console/console.controller.ts';
import { DocumentsController } from './documents/documents.controller.ts';
import { ReplaysController } from './events/replays.controller.ts';
import { GATEWAY, type GatewayParts } from './gateway-parts.ts';
import { HealthController } from './health/health.controller.ts';
import { KeysController } from './keys/keys.controller.ts';
import { LettersController } from './letters/letters.controller.ts';
import { EventsController } from './live/events.controller.ts';
import { OpenApiController } from './openapi/openapi.controller.ts';
import { PolicyController } from './policy/policy.controller.ts';
import { SchedulesController } from './schedules/schedules.controller.ts';
import { SubjectsController } from './subjects/subjects.controller.ts';
import { TasksController } from './tasks/tasks.controller.ts';
import { UsageController } from './usage.controller.ts';

export const CONTROLLERS = [
  TasksController,
  SchedulesController,
  DocumentsController,
  KeysController,
  SubjectsController,
  AgentsController,
  UsageController,
  LettersController,
  AuditController,
  EventsController,
  ReplaysController,
  PolicyController,
  HealthController,
  OpenApiController,
  ConsoleController,
] as const;

@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    return { module: GatewayModule, controllers: [...CONTROLLERS], providers: [{ provide: GATEWAY, useValue: parts }] };
  }
}
