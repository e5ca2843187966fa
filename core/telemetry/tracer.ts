/** Values that a span can say something with. */
export type Attributes = Record<string, string | number | boolean>;

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export type SpanOptions = {
	kind?: SpanKind;
	/** W3C `traceparent` of what it is a part of; unset or unreadable: it begins a trace. */
	parent?: string | undefined;
	attributes?: Attributes;
};

/** Something that takes time, as part of a trace. */
export type Span = {
	/** W3C `traceparent`, for what is part of it elsewhere. */
	traceParent: string;
	rename(name: string): void;
	set(attributes: Attributes): void;
	/** With a sentence: it failed. */
	end(error?: string): void;
};

/** Where spans go; who has none traces nothing, and nothing of OpenTelemetry is loaded. */
export type Tracer = {
	start(name: string, options?: SpanOptions): Span;
	/** Sends what is left. */
	close(): Promise<void>;
};

export type TracerSettings = {
	/** Base address of an OTLP/HTTP collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
	endpoint: string;
	/** `service.name`, such as `basin-api`. */
	service: string;
};

/** Undefined without an endpoint. */
export async function openTracer({
	endpoint,
	service,
}: {
	endpoint: string | undefined;
	service: string;
}): Promise<Tracer | undefined> {
	if (endpoint === undefined) return undefined;
	const { createTracer } = await import('./open-telemetry.ts');
	return createTracer({ endpoint, service });
}

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The parts of a W3C `traceparent`; undefined for anything else. */
export function parseTraceParent(text: string | undefined) {
	const [, traceId, spanId, flags] = form.exec(text ?? '') ?? [];
	if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
	return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}
