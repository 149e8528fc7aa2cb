import { AGENTS } from '@octobus/task';
import { Controller, Get } from '@nestjs/common';
import { Needs } from './auth/auth.guard.ts';

@Controller('v1/agents')
export class AgentsController {
  @Get()
  @Needs('tasks:read')
  list(): unknown {
    return { items: AGENTS.map(({ name, version, arm, description, plannable }) => ({ name, version, arm, description, plannable })) };
  }
}
