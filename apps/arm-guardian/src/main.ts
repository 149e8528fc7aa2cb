import { runAsProcess } from '@octobus/service';
import { start } from './service.ts';

await runAsProcess('arm-guardian', start);
