// A small supervisor for tests that kill one: claims the folder, starts what is asked for, says what it did as one JSON line, and stays.
// node --conditions=@octobus/source supervisor.ts FOLDER [nats] [postgres]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, choosePort, claimRun, startNatsProcess, startPostgresProcess } from '../src/index.ts';

const [folder = '', ...parts] = process.argv.slice(2);
const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

const claim = await claimRun(folder);
if (claim.alreadyRunning) {
  say(claim);
} else {
  const { run } = claim;
  const children: Child[] = [];
  const ports: Record<string, number> = {};
  const logFile = (name: string): string => join(folder, 'logs', `${name}.log`);
  if (parts.includes('nats')) {
    const configFile = join(folder, 'nats.conf');
    writeFileSync(configFile, 'jetstream {}\n');
    ports['nats'] = await choosePort({ name: 'NATS', kept: run.keptPorts['nats'] });
    children.push(
      await startNatsProcess({
        binary: process.env['OCTO_NATS_SERVER'] ?? 'nats-server',
        configFile,
        dataDir: join(folder, 'nats'),
        port: ports['nats'],
        pidFile: join(folder, 'nats.pid'),
        logFile: logFile('nats'),
        onEvent: run.observe,
      }),
    );
  }
  if (parts.includes('postgres')) {
    ports['postgres'] = await choosePort({ name: 'Postgres', kept: run.keptPorts['postgres'] });
    children.push(
      await startPostgresProcess({
        dataDir: join(folder, 'postgres'),
        port: ports['postgres'],
        logFile: logFile('postgres'),
        onEvent: run.observe,
      }),
    );
  }
  run.keepPorts(ports);
  run.setUrl('http://127.0.0.1:1');
  const stay = setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => {
    clearInterval(stay);
    void Promise.all(children.map((child) => child.stop())).then(() => run.release());
  });
  // Last: whoever reads it may send the signal at once.
  say({ alreadyRunning: false, ended: run.ended, ports, pids: children.map((child) => child.pid()), uid: process.getuid?.() });
}
