// The services of the bench, a process of their own as in production; tells its parent the port.
import { createServer } from 'node:http2';
import { RestatePromise, createEndpointHandler, service } from '@restatedev/restate-sdk';

const FAN_OUT = 100;
const step = (n) => ({ ok: true, n });
const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);

const steps = numbers(5).map((n) => service({ name: `step${n}`, handlers: { run: async (_ctx, { n: given }) => step(given) } }));
const call = (ctx, n) => ctx.serviceClient(steps[(n - 1) % steps.length]).run({ n });
const journal = (ctx, n) => ctx.run(`step${n}`, () => step(n));

async function inTurn(ctx, count, one) {
  const results = [];
  for (const n of numbers(count)) results.push(await one(ctx, n));
  return { ok: results.every(({ ok }) => ok) };
}

async function atOnce(ctx, one) {
  const results = await RestatePromise.all(numbers(FAN_OUT).map((n) => one(ctx, n)));
  return { ok: results.every(({ ok }) => ok) };
}

const workloads = (name, one) =>
  service({
    name,
    handlers: {
      fiveStep: (ctx) => inTurn(ctx, 5, one),
      oneStep: (ctx) => inTurn(ctx, 1, one),
      fanOut: (ctx) => atOnce(ctx, one),
    },
  });

const services = [...steps, workloads('services', call), workloads('journalled', journal)];
const server = createServer(createEndpointHandler({ services, logger: () => undefined }));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('disconnect', () => process.exit(0));
