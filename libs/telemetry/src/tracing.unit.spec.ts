import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { isTraceparent } from './traceparent.ts';
import { noTracing, startTracing, tracingBy } from './tracing.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function recording() {
  const spans: ReadableSpan[] = [];
  const exporter = {
    export: (batch: ReadableSpan[], done: (result: { code: number }) => void) => {
      spans.push(...batch);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { spans, tracing: tracingBy(provider.getTracer('test'), () => provider.shutdown()) };
}

describe('a span', () => {
  it('belongs to the trace of its message and hands its own id on', async () => {
    const { spans, tracing } = recording();
    const inner = await tracing.span('outer', PARENT, { kind: 'consumer', attributes: { 'octobus.task': 't1' } }, (own) =>
      tracing.span('inner', own, {}, (traceparent) => Promise.resolve(traceparent)),
    );
    await tracing.stop();
    const [second, first] = spans;
    expect(first).toMatchObject({ name: 'outer', kind: SpanKind.CONSUMER, attributes: { 'octobus.task': 't1' } });
    expect(first?.spanContext().traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(first?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(second?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(inner).toBe(`00-4bf92f3577b34da6a3ce929d0e0e4736-${second?.spanContext().spanId}-01`);
  });

  it.each([undefined, 'rubbish', PARENT.toUpperCase()])('under %p begins a trace of its own', async (parent) => {
    const { spans, tracing } = recording();
    const own = await tracing.span('first', parent, {}, (traceparent) => Promise.resolve(traceparent));
    expect(isTraceparent(own)).toBe(true);
    await tracing.stop();
    expect(spans[0]?.parentSpanContext).toBeUndefined();
  });

  it('of a trace that is not sampled is not exported, and neither is what follows from it', async () => {
    const { spans, tracing } = recording();
    const own = await tracing.span('outer', PARENT.replace(/01$/, '00'), {}, (traceparent) => Promise.resolve(traceparent));
    expect(own).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
    await tracing.span('inner', own, {}, () => Promise.resolve());
    await tracing.stop();
    expect(spans).toEqual([]);
  });

  it('of work that fails says so by the name of the error, not by its message, and ends', async () => {
    const { spans, tracing } = recording();
    const broken = new TypeError('jane.roe@example.org');
    await expect(tracing.span('work', PARENT, {}, () => Promise.reject(broken))).rejects.toBe(broken);
    await tracing.stop();
    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'TypeError' });
    expect(JSON.stringify([spans[0]?.events, spans[0]?.attributes, spans[0]?.status])).not.toContain('jane');
  });
});

describe('without an exporter', () => {
  it('nothing is made, and the trace of a message is handed on as it is', async () => {
    expect(await startTracing('test', {})).toBe(noTracing);
    expect(await startTracing('test', { OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(noTracing);
    expect(await noTracing.span('work', PARENT, {}, (traceparent) => Promise.resolve(traceparent))).toBe(PARENT);
    expect(await noTracing.span('work', undefined, {}, (traceparent) => Promise.resolve(traceparent))).toBeUndefined();
  });
});
