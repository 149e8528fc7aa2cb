// Adds to package-lock.json the optional binaries of other platforms that a lock file written against an incomplete registry lacks.
// `npm ci` refuses such a lock file everywhere; with these entries it takes it, and fetches of them only what the machine's platform needs.
// node tools/bootstrap/complete-lock.mjs   after every npm install that changed the lock file; says how many it added.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingEntries } from './lock-entries.mjs';
import { ROOT } from './places.mjs';
import { say } from './say.mjs';

const file = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingEntries(lock.packages);
const packages = Object.fromEntries(Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (Object.keys(missing).length > 0) writeFileSync(file, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`);
say(`added ${Object.keys(missing).length} entries to package-lock.json`);
