import { type IncomingHttpHeaders, type Http2Server, type ServerHttp2Stream, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** One span as it was exported. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: the first of its trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly Span[];
  /** Calls so far. */
  calls(): number;
  stop(): Promise<void>;
}

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Takes spans over OTLP gRPC (HTTP/2 without TLS) on a free port, as a collector would. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: Span[] = [];
  let calls = 0;
  const server = createServer();
  server.on('stream', (stream, headers) => {
    calls++;
    stream.on('error', () => undefined);
    void messageOf(stream, headers).then(
      (message) => {
        if (headers[':path'] === EXPORT) spans.push(...readSpans(message));
        answer(stream, headers[':path'] === EXPORT ? '0' : '12');
      },
      () => answer(stream, '13'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, calls: () => calls, stop: () => close(server) };
}

function close(server: Http2Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** The one message of a unary call: a byte that says whether it is compressed, its length in four, and itself (gRPC over HTTP/2). */
async function messageOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const frame = Buffer.concat(chunks);
  const message = frame.subarray(5, 5 + frame.readUInt32BE(1));
  return frame[0] === 1 && headers['grpc-encoding'] === 'gzip' ? gunzipSync(message) : message;
}

/** An empty message, and the status behind it. */
function answer(stream: ServerHttp2Stream, status: string): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(Buffer.alloc(5));
}

type Field = Uint8Array;

/** Length-delimited fields of a message by number; the others are passed over. */
function fieldsOf(message: Uint8Array): Map<number, Field[]> {
  const reader = new BinaryReader(message);
  const fields = new Map<number, Field[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type !== WireType.LengthDelimited) reader.skip(type, number);
    else fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
  }
  return fields;
}

const all = (message: Uint8Array | undefined, number: number): Field[] =>
  message === undefined ? [] : (fieldsOf(message).get(number) ?? []);
const first = (message: Uint8Array | undefined, number: number): Field | undefined => all(message, number)[0];
const text = (field: Field | undefined): string => Buffer.from(field ?? []).toString('utf8');
const hex = (field: Field | undefined): string => Buffer.from(field ?? []).toString('hex');

/** `KeyValue` (common.proto): key = 1, value = 2; of `AnyValue` only string_value = 1. */
const attributesOf = (message: Uint8Array | undefined, number: number): Record<string, string> =>
  Object.fromEntries(all(message, number).map((pair) => [text(first(pair, 1)), text(first(first(pair, 2), 1))]));

/**
 * `ExportTraceServiceRequest` of opentelemetry-proto 1.x (collector/trace/v1/trace_service.proto): resource_spans = 1. `ResourceSpans`
 * (trace/v1/trace.proto): resource = 1, scope_spans = 2. `Resource`: attributes = 1. `ScopeSpans`: spans = 2. `Span`: trace_id = 1,
 * span_id = 2, parent_span_id = 4, name = 5, attributes = 9.
 */
function readSpans(request: Uint8Array): Span[] {
  return all(request, 1).flatMap((resourceSpans) => {
    const service = attributesOf(first(resourceSpans, 1), 1)['service.name'] ?? '';
    const spans = all(resourceSpans, 2).flatMap((scopeSpans) => all(scopeSpans, 2));
    return spans.map((span) => ({
      service,
      traceId: hex(first(span, 1)),
      spanId: hex(first(span, 2)),
      parentSpanId: hex(first(span, 4)),
      name: text(first(span, 5)),
      attributes: attributesOf(span, 9),
    }));
  });
}
