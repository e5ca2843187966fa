import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figure, Findings, type LabSize } from '@basin/core/contracts/lab.ts';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { resolveModel } from '@basin/core/domain/model-layers.ts';
import { experiments } from '../catalogue.ts';
import { fakeDatasets, fakeLab } from '../testing/fake-lab.ts';

/** Those claims rest on sweeps alone; the others have parts that are no sweep, which say something by themselves. */
const bySweepsAlone = ['batch-size', 'generalisation', 'large-batches', 'momentum', 'pareto'];

for (const experiment of experiments) {
	for (const size of ['quick', 'full'] satisfies LabSize[]) {
		test(`${experiment.id}, ${size}: its sweeps are ones that the API takes, with at least three seeds, and without a trial that ended it says nothing`, async () => {
			const context = fakeLab({ size, trials: 'none' });
			const { verdicts, sweeps } = await experiment.run(context);
			const specs = sweeps.map(({ spec }) => spec);
			assert.deepEqual(specs, context.specs);
			if (bySweepsAlone.includes(experiment.id)) assert.ok(verdicts.every(({ outcome }) => outcome === 'unclear'));
			for (const spec of specs) {
				const parsed = SweepSpec.parse(spec);
				const { layers } = resolveModel(parsed.model, fakeDatasets[parsed.dataset.name as keyof typeof fakeDatasets]);
				assert.ok(layers.length > 0);
				assert.equal(parsed.labels.lab, experiment.id);
				// What only chooses η for another sweep is compared with nothing.
				const fewest = parsed.name.endsWith('(tuning)') ? 1 : 3;
				assert.ok(new Set(parsed.seeds).size >= fewest, `${parsed.name}: ${parsed.seeds}`);
			}
		});
	}

	test(`${experiment.id}: a verdict for each claim, and figures with labels, units, points, and error bars or the reason for none`, async () => {
		const findings = await experiment.run(fakeLab({ size: 'quick', trials: 'all' }));
		Findings.parse(findings);
		for (const claim of experiment.claims)
			assert.ok(
				findings.verdicts.some((verdict) => verdict.claim === claim),
				`${claim} has no verdict of its own`,
			);
		for (const { outcome, sentence, rule } of findings.verdicts) {
			assert.ok(sentence.endsWith('.') && rule.endsWith('.'), `${sentence} — ${rule}`);
			assert.ok(outcome === 'unclear' || /\d/.test(sentence), `a verdict says its numbers: ${sentence}`);
		}
		assert.ok(findings.figures.length > 0);
		assert.equal(new Set(findings.figures.map(({ id }) => id)).size, findings.figures.length);
		for (const figure of findings.figures) {
			const faults = faultsOf(figure);
			assert.deepEqual(faults, [], `${experiment.id}/${figure.id}: ${faults}`);
		}
		for (const { title, columns, rows } of findings.tables)
			assert.ok(
				rows.length > 0 && rows.every(({ length }) => length === columns.length),
				`${title}: a row has as many cells as there are columns`,
			);
	});
}

/** What a reader would miss. */
function faultsOf({ title, caption, x, y, series }: Figure): string[] {
	const points = series.flatMap((one) => one.points);
	const hasBars = points.some(({ low }) => low !== undefined);
	const checks: [boolean, string][] = [
		[title !== '' && x.label !== '' && y.label !== '', 'a title or a label is missing'],
		[[x, y].every(({ label, unit }) => !/time|seconds/i.test(label) || unit !== undefined), 'a time has no unit'],
		[points.length > 0, 'nothing is drawn'],
		[points.every((point) => Object.values(point).every(Number.isFinite)), 'a point is not finite'],
		[
			points.every(({ y: value, low = value, high = value }) => low <= value && value <= high),
			'a bar misses its point',
		],
		[/^\p{Lu}|^\d|^‖|^λ|^η/u.test(caption) && caption.endsWith('.'), 'the caption is not a sentence'],
		[!hasBars || /interval|quartile|residual|range/.test(caption), 'the caption does not say what the bars are'],
		[hasBars || /no error bars/.test(caption), 'no error bars, and the caption does not say why'],
	];
	return checks.filter(([isFine]) => !isFine).map(([, fault]) => fault);
}

const sound: Figure = {
	...{ id: 'a', title: 'A', caption: 'Means with 95 % intervals.' },
	...{ x: { label: 'time', unit: 's', scale: 'log' }, y: { label: 'accuracy', scale: 'linear' } },
	series: [{ name: 'one', draw: 'points', points: [{ x: 1, y: 2, low: 1, high: 3 }] }],
};

test('a figure that lacks one of these is found', () => {
	assert.deepEqual(faultsOf(sound), []);
	const bare: Figure['series'][number] = { name: 'one', draw: 'points', points: [{ x: 1, y: 2 }] };
	const lacking: Partial<Figure>[] = [
		{ title: '' },
		{ y: { label: '', scale: 'linear' } },
		{ x: { label: 'time', scale: 'log' } },
		{ series: [], caption: 'Nothing, so no error bars.' },
		{ series: [{ ...bare, points: [{ x: 1, y: Number.NaN, low: 1, high: 2 }] }] },
		{ series: [{ ...bare, points: [{ x: 1, y: 5, low: 1, high: 2 }] }] },
		{ caption: 'Means with 95 % intervals' },
		{ caption: 'Means.' },
		{ series: [bare] },
	];
	for (const part of lacking) assert.equal(faultsOf({ ...sound, ...part }).length > 0, true, JSON.stringify(part));
});
