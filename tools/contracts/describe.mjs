// Prints today's contracts as JSON, beside the wire format that proto/ describes: events and where they stand, retired versions, headers, commands.
// node --experimental-transform-types --conditions=@octobus/source tools/contracts/describe.mjs <folder of a workspace>
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const contracts = await import(pathToFileURL(join(resolve(process.argv[2] ?? '.'), 'libs', 'contracts', 'src', 'index.ts')).href);
const { COMMAND_SCHEMAS, EVENT_PLACES, EVENT_SCHEMAS, HEADER, UPCASTERS } = contracts;

const events = Object.entries(EVENT_SCHEMAS).map(([type, { typeName }]) => [type, { message: typeName, place: EVENT_PLACES[type] }]);
const retired = [...UPCASTERS.values()].map(({ from, to, schema }) => [from, { message: schema.typeName, to }]);
const described = {
  events: Object.fromEntries(events),
  retired: Object.fromEntries(retired),
  headers: Object.values(HEADER),
  commands: COMMAND_SCHEMAS,
};
process.stdout.write(`${JSON.stringify(described)}\n`);
