import { COMMAND_SCHEMAS } from '@octobus/contracts';
import { PROBLEMS } from '../problems/problem.ts';

/** The API as OpenAPI 3.1; tests hold real answers against it. */
export const openApiDocument: Readonly<Record<string, unknown>> = {
  openapi: '3.1.0',
  info: { title: 'Octobus', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
  components: { schemas: { SubmitTask: COMMAND_SCHEMAS.submit, Codes: { enum: Object.keys(PROBLEMS) } } },
  paths: {},
};
