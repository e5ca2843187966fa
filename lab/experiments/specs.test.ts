import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabSize } from '@basin/core/contracts/lab.ts';
import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { resolveModel } from '@basin/core/domain/model-layers.ts';
import type { LabContext } from '../experiment.ts';
import { sweepOf } from '../testing/sweeps.ts';
import { batchSize } from './batch-size.ts';
import { generalisation } from './generalisation.ts';
import { largeBatches } from './large-batches.ts';
import { momentum } from './momentum.ts';
import { pareto } from './pareto.ts';

const examples = { mnist: { inputShape: [28, 28, 1], classes: 10 }, cifar10: { inputShape: [32, 32, 3], classes: 10 } };

for (const experiment of [batchSize, generalisation, largeBatches, momentum, pareto]) {
	for (const size of ['quick', 'full'] satisfies LabSize[]) {
		test(`${experiment.id}, ${size}: its sweeps are ones that the API takes, and without a trial that ended it says nothing`, async () => {
			const run: SweepSpecInput[] = [];
			const context = {
				size,
				say: () => {},
				signal: new AbortController().signal,
				runSweep: async (spec: SweepSpecInput) => {
					run.push(spec);
					return { ...sweepOf([]), spec };
				},
				openEngine: async () => ({ compile: async () => ({ initialState: () => emptyState }) }),
				loadDataset: async (name: keyof typeof examples) => ({
					...examples[name],
					inputScale: 1,
					train: { values: new Uint8Array() },
				}),
			} as unknown as LabContext;
			const { verdicts, sweeps, figures } = await experiment.run(context);
			assert.ok(verdicts.every(({ outcome }) => outcome === 'unclear'));
			const specs = sweeps.map(({ spec }) => spec);
			assert.deepEqual(specs, run);
			assert.ok(figures.every(({ caption }) => caption.endsWith('.')));
			for (const spec of specs) {
				const parsed = SweepSpec.parse(spec);
				const { layers } = resolveModel(parsed.model, examples[parsed.dataset.name as keyof typeof examples]);
				assert.ok(layers.length > 0);
				assert.equal(parsed.labels.lab, experiment.id);
			}
		});
	}
}

const emptyState = { parameters: new Map(), slots: new Map([['momentum', new Map()]]), updates: 0 };
