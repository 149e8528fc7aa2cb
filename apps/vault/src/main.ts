import { runAsProcess } from '@octobus/service';
import { start } from './service.ts';

await runAsProcess('vault', start);
