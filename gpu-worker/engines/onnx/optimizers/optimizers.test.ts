import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { initialParameters } from '../../initial-parameters.ts';
import { epochOrder } from '../../order.ts';
import type { OptimizerSpec } from '../../port.ts';
import { openDoubleEpoch } from '../../testing/double-epoch.ts';
import { ReferenceNetwork, randomRows, relativeError, toVectors, type Vectors } from '../../testing/reference.ts';
import { ReferenceRule } from '../../testing/reference-rules.ts';
import { architecture, rowsOf, seed, smallSpec } from '../../testing/small-problem.ts';
import { bytesOf, storedAndRead, train } from '../../testing/training.ts';
import { createOnnxEngine } from '../engine.ts';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.ts';
import { Network } from '../network.ts';
import { updateRule } from './update-rule.ts';

const lambda = fc.double({ min: 0, max: 0.99, noNaN: true });
const beta = fc.double({ min: 0, max: 0.999, noNaN: true });
// With a smaller ε the step where g is near 0 would measure the error of the central differences.
const moments = { beta1: beta, beta2: beta, epsilon: fc.constantFrom(1e-3, 0.1) };

const optimizers: Record<OptimizerSpec['kind'], fc.Arbitrary<OptimizerSpec>> = {
	sgd: fc.record({ kind: fc.constant('sgd') }),
	momentum: fc.record({ kind: fc.constant('momentum'), lambda }),
	nesterov: fc.record({ kind: fc.constant('nesterov'), lambda }),
	adam: fc.record({ kind: fc.constant('adam'), ...moments }),
	lamb: fc.record({ kind: fc.constant('lamb'), ...moments }),
	lars: fc.record({ kind: fc.constant('lars'), lambda, trustCoefficient: fc.constantFrom(0.001, 0.1) }),
};

/** `parameters` and the returned slots after two epochs by the papers, η of each update included. */
function trainReference(run: Run, parameters: Vectors): Map<string, Vectors> {
	const network = new ReferenceNetwork(architecture);
	const rule = new ReferenceRule(run.optimizer);
	for (const epoch of [1, 2]) {
		const order = orderOf(run, epoch);
		for (let start = 0, update = 0; start < run.rows; start += run.batchSize, update++) {
			const gradients = network.gradient(parameters, rowsFor(run), order.subarray(start, start + run.batchSize));
			rule.apply(parameters, gradients, etasOf(run)[update]!);
		}
	}
	return rule.slots;
}

interface Run {
	optimizer: OptimizerSpec;
	batchSize: number;
	rows: number;
	blockRows: number;
	eta: number;
	seed: number;
}

const rowsFor = (run: Run) => randomRows({ count: run.rows, width: 9, classes: 4, seed: run.seed });
const orderOf = (run: Run, epoch: number) =>
	epochOrder(
		Int32Array.from({ length: run.rows }, (_, row) => row),
		run.seed,
		epoch,
	);
const etasOf = ({ rows, batchSize, eta }: Run) =>
	Array.from({ length: Math.ceil(rows / batchSize) }, (_, update) => eta / (update + 1));

for (const [kind, optimizer] of Object.entries(optimizers)) {
	test(`${kind} is the rule of its paper over two epochs with a smaller last batch, in blocks and with weight decay`, async () => {
		const runs = fc.record({
			optimizer: fc
				.tuple(optimizer, fc.constantFrom(undefined, 0, 0.1))
				.map(([rule, weightDecay]): OptimizerSpec => ({ ...rule, ...(weightDecay !== undefined && { weightDecay }) })),
			batchSize: fc.constantFrom(1, 4, 7, 40),
			rows: fc.integer({ min: 40, max: 45 }),
			blockRows: fc.constantFrom(3, 500),
			eta: fc.constantFrom(0.3, 0.01),
			seed: fc.nat(),
		});
		await fc.assert(
			fc.asyncProperty(runs, async (run) => {
				const network = new Network(architecture);
				const rule = updateRule(run.optimizer, run.batchSize);
				const spec = { ...architecture, network, loss: softmaxCrossEntropy(4), rowsPerEpoch: run.rows, ...run };
				const graph = await openDoubleEpoch(spec, rule);
				const initial = initialParameters(network.parameters, run.seed);
				const zeros: Vectors = new Map(
					[...initial].map(([name, { values }]) => [name, new Float64Array(values.length)]),
				);
				let state = { parameters: toVectors(initial), slots: new Map(rule.slots.map((slot) => [slot, zeros])) };
				const etas = etasOf(run);
				for (const epoch of [1, 2]) {
					const done = (epoch - 1) * etas.length;
					const input = { state, rows: rowsFor(run), order: orderOf(run, epoch), etas, done };
					state = (await graph.run(input)).state;
				}
				await graph.close();
				const parameters = toVectors(initial);
				const slots = trainReference(run, parameters);
				assert.ok(relativeError(state.parameters, toVectors(initial)) > 1e-6, 'it moves');
				assert.ok(
					relativeError(state.parameters, parameters) < 1e-5,
					`θ: ${relativeError(state.parameters, parameters)}`,
				);
				for (const slot of rule.slots) {
					const error = relativeError(state.slots.get(slot)!, slots.get(slot)!);
					// The squares of the reference's central differences are off by twice as much as these: 1.03e-5 was seen.
					assert.ok(error < 1e-4, `${slot}: ${error}`);
				}
			}),
			{ numRuns: 12 },
		);
	});
}

const documented: OptimizerSpec[] = [
	{ kind: 'nesterov', lambda: 0.9, weightDecay: 1e-3 },
	{ kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
	{ kind: 'lars', lambda: 0.9, trustCoefficient: 0.01, weightDecay: 1e-3 },
	{ kind: 'lamb', beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01 },
];
for (const optimizer of documented) {
	test(`${optimizer.kind} resumed from a stored state is bit-equal to not having stopped`, async () => {
		const engine = createOnnxEngine({ threads: 1 });
		const program = await engine.compile({ ...smallSpec(7, 31, 0), optimizer });
		const whole = await train(program, rowsOf(31), { epochs: 4, eta: 0.05 });
		const half = await train(program, rowsOf(31), { epochs: 2, eta: 0.05 });
		const resumed = await train(program, rowsOf(31), {
			state: storedAndRead(half.state),
			from: 3,
			epochs: 2,
			eta: 0.05,
		});
		assert.deepEqual(bytesOf(resumed.state), bytesOf(whole.state));
		assert.equal(resumed.state.updates, 20);
		assert.notDeepEqual(bytesOf(program.initialState(seed)), bytesOf(whole.state));
		await engine.close();
	});
}
