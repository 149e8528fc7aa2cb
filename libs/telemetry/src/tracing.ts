import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Span, type Tracer, trace } from '@opentelemetry/api';
import { isTraceparent } from './traceparent.ts';

export interface SpanOptions {
  readonly kind?: 'server' | 'consumer' | 'client' | 'internal';
  /** Small clear facts; never content. */
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/**
 * Spans by hand: whoever handles a message opens one under the message's traceparent and hands its own on.
 * Without an exporter nothing is made and the incoming traceparent is handed on as it is, so a trace stays one trace either way.
 */
export interface Tracing {
  span<T>(
    name: string,
    parent: string | undefined,
    options: SpanOptions,
    work: (traceparent: string | undefined) => Promise<T>,
  ): Promise<T>;
  /** Exports what is waiting; called once, at the end. */
  stop(): Promise<void>;
}

export const noTracing: Tracing = {
  span: (_name, parent, _options, work) => work(parent),
  stop: () => Promise.resolve(),
};

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

function parentContext(traceparent: string | undefined) {
  if (!isTraceparent(traceparent)) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '01'] = traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

async function run<T>(span: Span, work: (traceparent: string) => Promise<T>): Promise<T> {
  try {
    return await work(traceparentOf(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}

export const tracingBy = (tracer: Tracer, stop: () => Promise<void>): Tracing => ({
  span: (name, parent, options, work) =>
    run(
      tracer.startSpan(name, { kind: KINDS[options.kind ?? 'internal'], attributes: { ...options.attributes } }, parentContext(parent)),
      work,
    ),
  stop,
});

/** `OTEL_BSP_SCHEDULE_DELAY`, milliseconds between exports; 5,000 by the specification. The SDK itself reads no environment. */
function exportEvery(env: NodeJS.ProcessEnv): number {
  const wanted = Number(env['OTEL_BSP_SCHEDULE_DELAY'] || 5_000);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 5_000;
}

/** Exports over OTLP gRPC when OTEL_EXPORTER_OTLP_ENDPOINT is set; the SDK is loaded only then. */
export async function startTracing(service: string, env: NodeJS.ProcessEnv): Promise<Tracing> {
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT']) return noTracing;
  const [{ OTLPTraceExporter }, { BatchSpanProcessor, TracerProvider }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-grpc'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `octobus-${service}` }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: exportEvery(env) })],
  });
  return tracingBy(provider.getTracer('octobus'), () => provider.shutdown());
}
