import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpanOptions, Tracer } from '@basin/core/telemetry/tracer.ts';
import type { ArtifactStore, Queue, Trainer, TrialLedger } from './ports.ts';
import { withTraces } from './tracing.ts';

type Noted = { name: string; parent: string | undefined; end?: string };

/** Notes spans by number; a span's `traceParent` is its number. */
function notingTracer() {
	const noted: Noted[] = [];
	const tracer: Tracer = {
		start(name: string, { parent }: SpanOptions = {}) {
			const span: Noted = { name, parent };
			noted.push(span);
			return {
				traceParent: String(noted.length - 1),
				rename: () => {},
				set: () => {},
				end: (error) => {
					assert.equal(span.end, undefined, `${name} ends once`);
					span.end = error ?? 'ok';
				},
			};
		},
		close: async () => {},
	};
	return { noted, tracer };
}

function ports(ledger: Partial<TrialLedger>) {
	return {
		queue: {
			receive: async () => ({ message: { v: 1, trialId: 't', dispatchNo: 1, traceParent: 'message' }, receipt: 'r' }),
		} as unknown as Queue,
		ledger: ledger as TrialLedger,
		artifacts: { put: async () => ({}) } as unknown as ArtifactStore,
		trainer: { train: async () => ({ type: 'finished' }) } as unknown as Trainer,
	};
}

const claim = { trialId: 't' };

test('an attempt’s steps are parts of it, and it is part of what its message carries', async () => {
	const { noted, tracer } = notingTracer();
	const traced = withTraces(ports({ claim: async () => ({}) as never, finish: async () => true }), tracer);
	await traced.queue.receive({} as never);
	await traced.ledger.claim(claim);
	await traced.trainer.train({} as never);
	await traced.artifacts.put({ name: 'model.onnx' } as never);
	await traced.ledger.finish({} as never);
	assert.deepEqual(noted, [
		{ name: 'attempt', parent: 'message', end: 'ok' },
		...['claim', 'train', 'upload', 'finish'].map((name) => ({ name, parent: '0', end: 'ok' })),
	]);
});

test('whatever goes wrong, every span ends, and the error of a step is what it was', async () => {
	const { noted, tracer } = notingTracer();
	let away = true;
	const ledger = {
		claim: async () => {
			if (away) throw new Error('the database is away');
			return {} as never;
		},
		fail: async () => true,
	};
	const traced = withTraces(ports(ledger), tracer);
	await traced.queue.receive({} as never);
	await assert.rejects(traced.ledger.claim(claim), /the database is away/);
	away = false;
	await traced.ledger.claim(claim);
	await traced.ledger.fail({ reason: 'diverged', message: 'The loss became infinite.' } as never);
	await traced.ledger.claim(claim);
	await traced.queue.receive({} as never);
	assert.deepEqual(
		noted.filter(({ name }) => name === 'attempt').map(({ end }) => end),
		['claiming is tried again', 'diverged: The loss became infinite.', 'abandoned'],
	);
	assert.ok(noted.every(({ end }) => end !== undefined));
	assert.equal(noted[1]!.end, 'the database is away');
});
