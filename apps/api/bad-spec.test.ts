import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { post, readProblem, smallSpec, testApp } from './testing/app.ts';

const { app } = testApp();

/** Each row: what is wrong, the change to a valid spec (a member as undefined is left out), pointers and sentences. */
const cases: [string, Record<string, unknown> | string, [pointer: string, sentence: string | RegExp][]][] = [
	['no dataset', { dataset: undefined }, [['/dataset', 'is required']]],
	['no model', { model: undefined }, [['/model', 'is required']]],
	['no grid', { grid: undefined }, [['/grid', 'is required, unless `configurations` lists the points']]],
	['a list as body', '[]', [['', 'must be an object']]],
	['null as body', 'null', [['', 'must be an object']]],
	['an unknown key', { colour: 'red' }, [['/colour', /^is unknown; known are name, dataset, model/]]],
	['a key in other English', { optimiser: {} }, [['/optimiser', 'is unknown; did you mean "optimizer"?']]],
	['a misspelt key', { epoch: 3 }, [['/epoch', 'is unknown; did you mean "epochs"?']]],
	['another tool’s key', { grid: { lr: [0.1] } }, [['/grid/lr', 'is unknown; did you mean "eta"?']]],
	[
		'two unknown keys',
		{ grid: { momentum: [0], x: 1 } },
		[
			['/grid/momentum', 'is unknown; did you mean "lambda"?'],
			['/grid/x', 'is unknown; known are batchSize, eta, lambda'],
		],
	],
	['a key that needs escaping', { 'a/b~c': 1 }, [['/a~1b~0c', /^is unknown/]]],
	[
		'__proto__',
		'{"__proto__":{"x":1},"dataset":{"name":"mnist"},"model":{"preset":"softmax"},"grid":{}}',
		[['/__proto__', /^is unknown/]],
	],
	['a data set by its title', { dataset: { name: 'Fashion MNIST' } }, [['/dataset/name', /^must be 1 to 63 of a–z, /]]],
	[
		'an unknown preset',
		{ model: { preset: 'mpl' } },
		[
			[
				'/model/preset',
				'must be "softmax", "mlp", "cnn", "keskar-f1", "keskar-c1", "resnet8" or "custom"; did you mean "mlp"?',
			],
		],
	],
	['neither a preset nor layers', { model: {} }, [['/model/layers', 'is required, unless `preset` names a model']]],
	['layers that are no list', { model: { layers: 'dense' } }, [['/model/layers', 'must be a list of layers']]],
	['an unknown layer', { model: { layers: [{ type: 'conv2' }] } }, [['/model/layers/0/type', /did you mean "conv2d"/]]],
	[
		'a layer without its size',
		{ model: { layers: [{ type: 'conv2d', filters: 1 }] } },
		[['/model/layers/0/kernelSize', 'is required']],
	],
	[
		'layers that do not fit the images',
		{ model: { layers: [{ type: 'dense', units: 10 }] } },
		[['/model/layers/0', '(dense) needs a flat input, but gets [28, 28, 1]: put a flatten before it']],
	],
	[
		'dropout of everything',
		{ model: { layers: [{ type: 'dropout', rate: 1 }] } },
		[['/model/layers/0/rate', 'must be less than 1: with 1 nothing would be left']],
	],
	['dropout without a rate', { model: { layers: [{ type: 'dropout' }] } }, [['/model/layers/0/rate', 'is required']]],
	[
		'ghost batches of one example',
		{ model: { layers: [{ type: 'batchNorm', ghostBatchSize: 1 }] } },
		[['/model/layers/0/ghostBatchSize', 'must be at least 2: one example has no variance']],
	],
	['a key of another preset', { model: { preset: 'softmax', hidden: [1] } }, [['/model/hidden', /^is unknown/]]],
	['no hidden layer', { model: { preset: 'mlp', hidden: [] } }, [['/model/hidden', 'needs at least 1 value']]],
	['an empty layer', { model: { preset: 'mlp', hidden: [128, 0] } }, [['/model/hidden/1', 'must be at least 1']]],
	['a huge layer', { model: { preset: 'mlp', hidden: [1e9] } }, [['/model/hidden/0', 'must be at most 16384']]],

	['B = 0', { grid: { batchSize: [0] } }, [['/grid/batchSize/0', 'must be at least 1']]],
	[
		'B = 1.5',
		{ grid: { batchSize: [1.5] } },
		[['/grid/batchSize/0', /^must be a whole number of at least 1, or "full"/]],
	],
	[
		'B misspelt',
		{ grid: { batchSize: ['ful'] } },
		[['/grid/batchSize/0', /^must be a whole number of at least 1, or "full"/]],
	],
	['B as text', { grid: { batchSize: ['10'] } }, [['/grid/batchSize/0', /^must be a whole number/]]],
	[
		'B > N',
		{ grid: { batchSize: [54_001] } },
		[['/grid/batchSize/0', 'must be at most 54,000, the number of examples trained on, but is 54,001']],
	],
	['η = 0', { grid: { eta: [0.1, 0] } }, [['/grid/eta/1', 'must be greater than 0']]],
	['η < 0', { grid: { eta: [-0.1] } }, [['/grid/eta/0', 'must be greater than 0']]],
	['η = 1e400', spec('{"grid":{"eta":[1e400]}}'), [['/grid/eta/0', 'must be a finite number']]],
	['η = −1e400', spec('{"grid":{"eta":[-1e400]}}'), [['/grid/eta/0', 'must be a finite number']]],
	['η as text', { grid: { eta: ['NaN'] } }, [['/grid/eta/0', 'must be a finite number']]],
	['η as null', { grid: { eta: [null] } }, [['/grid/eta/0', 'must be a finite number']]],
	['λ = 1', { grid: { lambda: [1] } }, [['/grid/lambda/0', /^must be less than 1/]]],
	['λ < 0', { grid: { lambda: [-0.1] } }, [['/grid/lambda/0', 'must be at least 0']]],
	['λ = 1e400', spec('{"grid":{"lambda":[1e400]}}'), [['/grid/lambda/0', 'must be a finite number']]],
	['an empty axis', { grid: { eta: [] } }, [['/grid/eta', 'needs at least one value']]],
	[
		'an axis that is one number',
		{ grid: { eta: 0.1 } },
		[['/grid/eta', 'must be a list of values, or a range { from, to, steps, scale }']],
	],
	['a range without steps', { grid: { eta: { from: 0.1, to: 1 } } }, [['/grid/eta/steps', 'is required']]],
	[
		'a range with a misspelt key',
		{ grid: { eta: { from: 0.1, to: 1, step: 3 } } },
		[
			['/grid/eta/steps', 'is required'],
			['/grid/eta/step', 'is unknown; did you mean "steps"?'],
		],
	],
	[
		'a range from below 0',
		{ grid: { eta: { from: -1, to: 1, steps: 3 } } },
		[['/grid/eta/from', 'must be greater than 0']],
	],
	[
		'a range with no steps',
		{ grid: { eta: { from: 0.1, to: 1, steps: 0 } } },
		[['/grid/eta/steps', 'must be at least 1']],
	],
	[
		'a range of 10⁹ steps',
		{ grid: { eta: { from: 0.1, to: 1, steps: 1e9 } } },
		[['/grid/eta/steps', 'must be at most 10000']],
	],
	[
		'a range on an unknown scale',
		{ grid: { eta: { from: 0.1, to: 1, steps: 2, scale: 'ln' } } },
		[['/grid/eta/scale', /^must be "linear" or "log"/]],
	],
	[
		'a range to 1e400',
		spec('{"grid":{"eta":{"from":1,"to":1e400,"steps":2}}}'),
		[['/grid/eta/to', 'must be a finite number']],
	],
	[
		'a log range from 0',
		{ grid: { lambda: { from: 0, to: 0.9, steps: 3, scale: 'log' } } },
		[['/grid/lambda/from', 'must be greater than 0 on a log scale']],
	],
	[
		'a grid of 10⁹ points',
		{
			grid: {
				batchSize: { from: 1, to: 1000, steps: 1000 },
				eta: { from: 0.001, to: 1, steps: 1000 },
				lambda: { from: 0, to: 0.999, steps: 1000 },
			},
			seeds: [0],
		},
		[
			[
				'/grid',
				'makes 1,000 batch sizes × 1,000 η × 1,000 λ × 1 seed = 1,000,000,000 trials; at most 10,000 are allowed',
			],
		],
	],
	[
		'equal values',
		spec('{"grid":{"eta":[0.1,0.5,1e-1]}}'),
		[
			['/grid/eta/0', 'is repeated at /grid/eta/2: both are 0.1'],
			['/grid/eta/2', 'repeats /grid/eta/0: both are 0.1'],
		],
	],
	[
		'"full" beside N',
		{ grid: { batchSize: ['full', 54_000] } },
		[
			['/grid/batchSize/0', 'is repeated at /grid/batchSize/1: both are 54000'],
			['/grid/batchSize/1', 'repeats /grid/batchSize/0: both are 54000'],
		],
	],
	[
		'an explicit point of the grid',
		{ configurations: [{ batchSize: 10, eta: 0.1 }] },
		[
			['/configurations/0', 'is already a point of /grid'],
			['/grid', 'contains B = 10, η = 0.1, λ = 0, as /configurations/0 does'],
		],
	],
	['an explicit point without η', { configurations: [{ batchSize: 10 }] }, [['/configurations/0/eta', 'is required']]],
	['no explicit point', { configurations: [] }, [['/configurations', 'needs at least 1 value']]],

	['0 epochs', { epochs: 0 }, [['/epochs', 'must be at least 1']]],
	['10,001 epochs', { epochs: 10_001 }, [['/epochs', 'must be at most 10000']]],
	['half an epoch', { epochs: 0.5 }, [['/epochs', 'must be a whole number']]],
	['epochs as text', { epochs: '5' }, [['/epochs', 'must be a number']]],
	['no seeds', { seeds: [] }, [['/seeds', 'needs at least 1 value']]],
	['a negative seed', { seeds: [-1] }, [['/seeds/0', 'must be at least 0']]],
	['a seed of 2³¹', { seeds: [2 ** 31] }, [['/seeds/0', 'must be at most 2147483647']]],
	[
		'equal seeds',
		{ seeds: [4, 4] },
		[
			['/seeds/0', 'is repeated at /seeds/1: both are 4'],
			['/seeds/1', 'repeats /seeds/0: both are 4'],
		],
	],
	[
		'nothing held out',
		{ dataset: { name: 'mnist', validation: 0 } },
		[['/dataset/validation', 'must be greater than 0']],
	],
	[
		'everything held out',
		{ dataset: { name: 'mnist', validation: 60_000 } },
		[['/dataset/validation', 'must leave examples to train on: mnist has 60000 in its training split']],
	],
	[
		'half an image held out',
		{ dataset: { name: 'mnist', validation: 10.5 } },
		[['/dataset/validation', 'must be a whole number when it is a count of examples, or a fraction below 1']],
	],
	[
		'validation on an unknown split',
		{ dataset: { name: 'mnist', validation: 'tset' } },
		[['/dataset/validation', 'must be a count, a fraction below 1, or "test"']],
	],
	['an optimizer as text', { optimizer: 'adam' }, [['/optimizer', 'must be an object']]],
	['an unknown optimizer', { optimizer: { kind: 'adm' } }, [['/optimizer/kind', /; did you mean "adam"\?$/]]],
	[
		'another optimizer’s number',
		{ optimizer: { kind: 'lars', beta1: 0.9 } },
		[['/optimizer/beta1', 'is unknown; known are kind, trustCoefficient']],
	],
	['β₁ = 1', { optimizer: { kind: 'adam', beta1: 1 } }, [['/optimizer/beta1', /^must be less than 1/]]],
	[
		'λ with adam',
		{ optimizer: { kind: 'adam' }, grid: { lambda: [0, 0.9] } },
		[['/grid/lambda/1', 'must be 0, because the optimizer adam has /optimizer/beta1 in place of λ']],
	],
	[
		'λ with sgd, as a range and in a point',
		{
			optimizer: { kind: 'sgd' },
			grid: { lambda: { from: 0, to: 0.9, steps: 2 } },
			configurations: [{ batchSize: 7, eta: 0.1, lambda: 0.5 }],
		},
		[
			['/configurations/0/lambda', /^must be 0, because the optimizer sgd has no momentum/],
			['/grid/lambda/to', /^must be 0, because the optimizer sgd has no momentum/],
		],
	],
	[
		'an unknown schedule',
		{ schedule: { decay: { kind: 'linear' } } },
		[['/schedule/decay/kind', /^must be "constant", "step" or "cosine"/]],
	],
	[
		'a warm-up longer than the trial',
		{ schedule: { warmup: { epochs: 2.5 } } },
		[['/schedule/warmup/epochs', 'must be at most 2, the epochs of a trial']],
	],
	[
		'steps that come too late or twice',
		{ epochs: 5, schedule: { decay: { kind: 'step', at: [3, 3, 5] } } },
		[
			['/schedule/decay/at/1', 'repeats /schedule/decay/at/0: both are 3'],
			['/schedule/decay/at/2', 'must be less than 5, the epochs of a trial, or nothing comes after it'],
		],
	],
	[
		'label smoothing of 1',
		{ loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 1 } },
		[['/loss/labelSmoothing', 'must be less than 1']],
	],
	['negative weight decay', { weightDecay: -1 }, [['/weightDecay', 'must be at least 0']]],
	['an unknown engine', { engine: 'torch' }, [['/engine', 'must be "auto", "onnx" or "tensorflow"']]],
	['an empty name', { name: '  ' }, [['/name', 'must not be empty']]],
	['a long name', { name: 'x'.repeat(201) }, [['/name', 'must have at most 200 characters']]],
	['NUL in the name', { name: 'a\u0000b' }, [['/name', 'must not contain control characters']]],
	['half a surrogate pair in the name', spec('{"name":"\\ud800"}'), [['/name', 'must not contain control characters']]],
	['a label that is a number', { labels: { team: 1 } }, [['/labels/team', 'must be text']]],
	['a label without a key', { labels: { '': 'x' } }, [['/labels/', 'has a key that must not be empty']]],
	['NUL in a label', { labels: { team: '\u0000' } }, [['/labels/team', 'must not contain control characters']]],
	[
		'33 labels',
		{ labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, ''])) },
		[['/labels', 'must have at most 32 entries']],
	],
	[
		'a budget that is too small',
		{ budget: { maxTrials: 7 } },
		[['/budget/maxTrials', 'is 7, but the sweep makes 2 batch sizes × 2 η × 1 λ × 2 seeds = 8 trials']],
	],
	['a budget of no seconds', { budget: { maxSeconds: 0 } }, [['/budget/maxSeconds', 'must be greater than 0']]],
];

/** A spec with members as they are written, for numbers that `JSON.stringify` cannot write. */
function spec(members: string): string {
	return JSON.stringify(smallSpec).replace(/,"grid":.*$/, `,${members.slice(1)}`);
}

describe('POST /v1/sweeps refuses, and points at,', () => {
	for (const [name, change, expected] of cases) {
		it(name, async () => {
			const body = typeof change === 'string' ? change : { ...smallSpec, ...change };
			for (const path of ['/v1/sweeps', '/v1/sweeps?dryRun=true']) {
				const { errors, detail } = await readProblem(await post(app, path, body), 422, 'invalid_spec');
				assert.deepEqual(
					errors?.map(({ pointer }) => pointer),
					expected.map(([pointer]) => pointer),
				);
				expected.forEach(([, sentence], index) => {
					const { message } = errors![index]!;
					if (typeof sentence === 'string') assert.equal(message, sentence);
					else assert.match(message, sentence);
				});
				assert.ok(detail.includes(errors![0]!.message));
			}
		});
	}

	it('many faults at once, each on its own', async () => {
		const body = { ...smallSpec, epochs: 0, seeds: [], grid: { eta: [0, -1] } };
		const { errors, detail } = await readProblem(await post(app, '/v1/sweeps', body), 422, 'invalid_spec');
		assert.deepEqual(errors?.map(({ pointer }) => pointer).toSorted(), [
			'/epochs',
			'/grid/eta/0',
			'/grid/eta/1',
			'/seeds',
		]);
		assert.match(detail, /, and 3 more\.$/);
	});
});
