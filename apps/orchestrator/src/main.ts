import { runAsProcess } from '@octobus/service';
import { start } from './service.ts';

await runAsProcess('orchestrator', start);
