import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openTracer, parseTraceParent } from './tracer.ts';

const run = promisify(execFile);

test('without an endpoint there is no tracer, and nothing of OpenTelemetry is loaded', async () => {
	assert.equal(await openTracer({ endpoint: undefined, service: 'test' }), undefined);
	const tracer = new URL('./tracer.ts', import.meta.url).href;
	// Node's own list of what a process has loaded, by the one way that knows of ECMAScript modules.
	const script = `
		import { registerHooks } from 'node:module';
		const loaded = [];
		registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
		const { openTracer } = await import(${JSON.stringify(tracer)});
		await openTracer({ endpoint: process.argv[1], service: 'test' });
		console.log(loaded.some((url) => url.includes('opentelemetry')));
		process.exit();`;
	const loads = async (...endpoint: string[]) =>
		(await run(process.execPath, ['--input-type=module', '-e', script, ...endpoint])).stdout.trim();
	assert.equal(await loads(), 'false');
	assert.equal(await loads('http://127.0.0.1:1'), 'true');
});

test('only a traceparent of W3C’s form is gone on with', () => {
	const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
	assert.deepEqual(parseTraceParent(`00-${traceId}-${spanId}-01`), { traceId, spanId, traceFlags: 1 });
	for (const text of [
		undefined,
		'',
		'x',
		`01-${traceId}-${spanId}-01`,
		`00-${'0'.repeat(32)}-${spanId}-01`,
		`00-${traceId}-${spanId}-1`,
	])
		assert.equal(parseTraceParent(text), undefined);
});
