import { SpanKind as Kind, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { parseTraceParent, type Span, type SpanKind, type Tracer, type TracerSettings } from './tracer.ts';

const kinds: Record<SpanKind, Kind> = {
	internal: Kind.INTERNAL,
	server: Kind.SERVER,
	client: Kind.CLIENT,
	producer: Kind.PRODUCER,
	consumer: Kind.CONSUMER,
};

/** A collector that is away costs spans, not a shutdown. */
const closeMs = 2_000;

/** Sends spans to an OTLP/HTTP collector, a batch every second; nothing is set globally. Load it through `openTracer`. */
export function createTracer({ endpoint, service }: TracerSettings): Tracer {
	const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
	const provider = new TracerProvider({
		resource: resourceFromAttributes({ 'service.name': service }),
		spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
	});
	const tracer = provider.getTracer('basin');
	return {
		start(name, { kind = 'internal', parent, attributes = {} } = {}): Span {
			const remote = parseTraceParent(parent);
			const context = remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT;
			const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, context);
			const { traceId, spanId, traceFlags } = span.spanContext();
			return {
				traceParent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
				rename: (other) => void span.updateName(other),
				set: (more) => void span.setAttributes(more),
				end: (error) => {
					if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
					span.end();
				},
			};
		},
		async close() {
			const tooLate = new Promise((resolve) => setTimeout(resolve, closeMs).unref());
			await Promise.race([provider.shutdown().catch(() => {}), tooLate]);
		},
	};
}
