/**
 * Where an update's time goes, operator by operator, in the graph that trains MNIST 784-128-10 with momentum on one thread.
 * usage: npm run bench:profile -- [B …]     (1 10 100 10000)
 * onnxruntime's profiler costs as much as a small operator, so what the profile sums to beyond the processor time of a run without
 * it is taken off each call equally. An operator's time is the mean of its quicker quarter, which other load disturbs least.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEpochGraph } from '@basin/gpu-worker/engines/onnx/epoch-graph.ts';
import { buildLoss } from '@basin/gpu-worker/engines/onnx/losses/build-loss.ts';
import { Network } from '@basin/gpu-worker/engines/onnx/network.ts';
import { updateRule } from '@basin/gpu-worker/engines/onnx/optimizers/update-rule.ts';
import { OnnxProgram } from '@basin/gpu-worker/engines/onnx/program.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import { InferenceSession } from 'onnxruntime-node';
import { loadProblem, updatesTimed } from './networks.ts';

/** As the engine's own. */
const options: InferenceSession.SessionOptions = {
	executionProviders: ['cpu'],
	intraOpNumThreads: 1,
	interOpNumThreads: 1,
	logSeverityLevel: 3,
	extra: { session: { set_denormal_as_zero: '1', 'intra_op.allow_spinning': '0' } },
};
const repeats = 5;
const shownRows = 14;

interface OperatorEvent {
	cat: string;
	name: string;
	dur: number;
	args: { op_name: string; input_type_shape?: Record<string, number[]>[] };
}

const { architecture, rows } = await loadProblem('mlp');
const network = new Network(architecture);
const shuffled = epochOrder(
	Int32Array.from({ length: rows.count }, (_, row) => row),
	0,
	1,
);
const batchSizes = process.argv.slice(2).map(Number);
for (const batchSize of batchSizes.length > 0 ? batchSizes : [1, 10, 100, 10_000]) await profile(batchSize);

async function profile(batchSize: number): Promise<void> {
	const updates = updatesTimed('mlp', batchSize);
	const rowsPerEpoch = batchSize * updates;
	const order = Int32Array.from({ length: rowsPerEpoch }, (_, position) => shuffled[position % rows.count]!);
	const optimizer = { kind: 'momentum', lambda: 0.9 } as const;
	const rule = updateRule(optimizer, batchSize);
	const loss = { kind: 'softmaxCrossEntropy' } as const;
	const sizes = { batchSize, rowsPerEpoch };
	const bytes = buildEpochGraph({
		...architecture,
		...sizes,
		network,
		loss: buildLoss(loss, architecture.classes),
		optimizer: rule.build,
	}).serialize('epoch');
	const run = async (session: InferenceSession): Promise<number> => {
		const spec = { architecture, loss, optimizer, ...sizes };
		const program = new OnnxProgram({ spec, network, rule, epoch: session, evaluation: session });
		const state = program.initialState(0);
		const microseconds: number[] = [];
		for (let repeat = 0; repeat < repeats; repeat++) {
			const before = process.cpuUsage();
			await program.runEpoch({ state, rows, order, eta: 0.01, seed: 0, epoch: 1 });
			const { user, system } = process.cpuUsage(before);
			microseconds.push((user + system) / updates);
		}
		return Math.min(...microseconds);
	};

	const plain = await InferenceSession.create(bytes, options);
	const bare = await run(plain);
	await plain.release();
	const folder = mkdtempSync(join(tmpdir(), 'basin-profile-'));
	const profiled = await InferenceSession.create(bytes, {
		...options,
		enableProfiling: true,
		profileFilePrefix: join(folder, 'run'),
	});
	await run(profiled);
	profiled.endProfiling();
	await profiled.release();
	const events = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as OperatorEvent[];
	rmSync(folder, { recursive: true });
	print(batchSize, updates, bare, events);
}

function print(batchSize: number, updates: number, bare: number, events: readonly OperatorEvent[]): void {
	const byOperator = new Map<string, number[]>();
	for (const { cat, name, dur, args } of events) {
		if (cat !== 'Node' || !name.endsWith('_kernel_time') || args.op_name === 'Scan') continue;
		const shapes = (args.input_type_shape ?? []).map((input) => `[${Object.values(input)[0]?.join(', ')}]`);
		const key = `${args.op_name} ${shapes.join(' ')}`;
		const known = byOperator.get(key);
		if (known) known.push(dur);
		else byOperator.set(key, [dur]);
	}
	const perUpdate = repeats * updates;
	const found = [...byOperator].map(([operator, durations]) => ({
		operator,
		calls: durations.length / perUpdate,
		each: quickerQuarter(durations),
	}));
	const total = found.reduce((sum, { calls, each }) => sum + calls * each, 0);
	const overhead = Math.max(0, total - bare) / found.reduce((sum, { calls }) => sum + calls, 0);
	const shown = found
		.map(({ operator, calls, each }) => ({ operator, calls, microseconds: calls * Math.max(0, each - overhead) }))
		.toSorted((one, other) => other.microseconds - one.microseconds);
	const nodes = found.reduce((sum, { calls }) => sum + calls, 0).toFixed(1);
	console.log(
		`\nB = ${batchSize}: ${bare.toPrecision(3)} µs of processor time an update, ${nodes} operators; ${overhead.toFixed(2)} µs a call taken off`,
	);
	console.table(
		shown.slice(0, shownRows).map(({ operator, calls, microseconds }) => ({
			operator,
			'calls an update': Number(calls.toPrecision(2)),
			'µs an update': Number(microseconds.toPrecision(3)),
			share: `${((100 * microseconds) / bare).toFixed(1)} %`,
		})),
	);
}

function quickerQuarter(durations: readonly number[]): number {
	const sorted = durations.toSorted((a, b) => a - b).slice(0, Math.max(1, Math.ceil(durations.length / 4)));
	return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
}
