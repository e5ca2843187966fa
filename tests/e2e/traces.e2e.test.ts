import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { createClient } from '@basin/client';
import { killStack, type Stack, startStack, temporaryHome } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';

type Span = {
	traceId: string;
	spanId: string;
	parentSpanId?: string;
	name: string;
	service: string;
	attributes: Record<string, unknown>;
	status?: { code?: number };
};
type OtlpAttribute = { key: string; value: { stringValue?: string; intValue?: number | string } };
type OtlpBatch = {
	resourceSpans: {
		resource: { attributes: OtlpAttribute[] };
		scopeSpans: { spans: (Omit<Span, 'attributes'> & { attributes: OtlpAttribute[] })[] }[];
	}[];
};

const spans: Span[] = [];
const valuesOf = (attributes: OtlpAttribute[]) =>
	Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
/** An OTLP/HTTP collector that keeps what it gets. */
const collector = createServer(async (request, response) => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	assert.equal(request.url, '/v1/traces');
	const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as OtlpBatch;
	for (const { resource, scopeSpans } of resourceSpans) {
		const service = valuesOf(resource.attributes)['service.name'] as string;
		for (const span of scopeSpans.flatMap((scope) => scope.spans))
			spans.push({ ...span, service, attributes: valuesOf(span.attributes) });
	}
	response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});

const { home, remove } = await temporaryHome();
let stack: Stack;

before(async () => {
	await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
	const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
	stack = await startStack(home, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, BASIN_WORKERS: '1' });
});
after(async () => {
	await killStack(stack);
	collector.closeAllConnections();
	collector.close();
	await remove();
});

const spec = {
	dataset: { name: 'mnist' as const, validation: 'test' as const },
	model: { preset: 'softmax' as const },
	grid: { batchSize: [1000], eta: [0.1] },
	epochs: 1,
};
const callersTrace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

it('a sweep is one trace from its POST to its trial’s end, and one line of logs leads to the next by ids', async () => {
	const answer = await fetch(`${stack.baseUrl}/v1/sweeps`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-request-id': 'the-request',
			traceparent: `00-${callersTrace.traceId}-${callersTrace.spanId}-01`,
		},
		body: JSON.stringify(spec),
	});
	assert.equal(answer.status, 201);
	const { id: sweepId } = (await answer.json()) as { id: string };
	const client = createClient({ baseUrl: stack.baseUrl });
	await waitFor('the sweep to complete', 120_000, async () => (await client.getSweep(sweepId)).state === 'completed');
	const [trial] = (await client.listTrials(sweepId)).items;

	const traced = () => spans.filter(({ traceId }) => traceId === callersTrace.traceId);
	await waitFor('the attempt to arrive', 15_000, () => traced().some(({ name }) => name === 'attempt'));
	const parentOf = (span: Span) => traced().find(({ spanId }) => spanId === span.parentSpanId);
	const post = traced().find(({ parentSpanId }) => parentSpanId === callersTrace.spanId)!;
	assert.deepEqual(
		[post.service, post.name, post.attributes['basin.request_id'], post.attributes['http.response.status_code']],
		['basin-api', 'POST /v1/sweeps', 'the-request', 201],
	);
	const send = traced().find(({ name }) => name === 'send trial')!;
	assert.equal(parentOf(send), post);
	const attempt = traced().find(({ name }) => name === 'attempt')!;
	assert.equal(parentOf(attempt), send);
	assert.deepEqual(
		[
			attempt.service,
			attempt.attributes['basin.trial_id'],
			attempt.attributes['basin.attempt_no'],
			attempt.status?.code ?? 0,
		],
		['basin-worker', trial!.id, 1, 0],
	);
	const steps = traced().filter((span) => parentOf(span) === attempt);
	const names = steps.map(({ name }) => name);
	assert.deepEqual([...new Set(names)].toSorted(), ['claim', 'finish', 'train', 'upload']);
	assert.equal(new Set(traced().map(({ spanId }) => spanId)).size, 3 + steps.length, 'nothing else is in the trace');

	const files = await readdir(join(home, 'logs'));
	const lines = (await Promise.all(files.map((file) => readFile(join(home, 'logs', file), 'utf8'))))
		.flatMap((text) => text.split('\n'))
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	const created = lines.find(({ requestId, message }) => requestId === 'the-request' && message === 'sweep created');
	assert.equal(created?.sweepId, sweepId);
	const ofTrial = lines.filter((line) => line.sweepId === sweepId && line.trialId === trial!.id);
	assert.ok(ofTrial.some(({ message }) => message === 'attempt started'));
	assert.ok(ofTrial.some(({ message, end }) => message === 'attempt ended' && end === 'succeeded'));
});

it('the running stack tells Prometheus what it did', async () => {
	const text = await (await fetch(`${stack.baseUrl}/metrics`)).text();
	assert.match(text, /^basin_trials_ended\{state="succeeded",reason=""\} 1$/m);
	assert.match(
		text,
		/^basin_http_request_duration_seconds_count\{method="POST",route="\/v1\/sweeps",status="201"\} 1$/m,
	);
});
