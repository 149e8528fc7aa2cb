import { Controller, Get } from '@nestjs/common';
import { Needs } from '../auth/auth.guard.ts';
import { openApiDocument } from './openapi.ts';

@Controller()
export class OpenApiController {
  @Get('openapi.json')
  @Needs('none')
  document(): unknown {
    return openApiDocument;
  }
}
