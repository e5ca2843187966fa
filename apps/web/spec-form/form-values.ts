import type { Initializer } from '@basin/core/contracts/sweep-spec.ts';
import { z } from 'zod';

/** What a number field holds: a number, or the text in it that is not one (also empty). */
const Typed = z.union([z.number(), z.string()]);

/** One axis of the grid. Both ways of writing it are kept, so that switching between them loses nothing. */
export const AxisValues = z.object({
	mode: z.enum(['list', 'range']),
	list: z.array(z.string()),
	from: z.string(),
	to: z.string(),
	steps: Typed,
	scale: z.enum(['linear', 'log']),
});
export type AxisValues = z.infer<typeof AxisValues>;

export const axisNames = ['batchSize', 'eta', 'lambda'] as const;
export type AxisName = (typeof axisNames)[number];

export const presetNames = ['softmax', 'mlp', 'cnn', 'keskar-f1', 'keskar-c1', 'resnet8', 'custom'] as const;

/** Values in the order in which the form shows them. Numbers stay as typed: the API judges them, and its sentence is shown. */
export const FormValues = z.object({
	name: z.string(),
	dataset: z.string(),
	validationMode: z.enum(['heldOut', 'test']),
	validation: z.string(),
	preset: z.enum(presetNames),
	hidden: z.array(z.string()),
	activation: z.enum(['relu', 'tanh']),
	layers: z.string().default('').describe('The list of a custom model, as JSON.'),
	batchSize: AxisValues,
	eta: AxisValues,
	lambda: AxisValues,
	seeds: z.array(z.string()),
	epochs: Typed,
	trainExamples: Typed.default('').describe('Empty: all that are not held out.'),
	splitSeed: Typed,
	engine: z.enum(['auto', 'onnx', 'tensorflow']).default('auto'),
	optimizer: z.enum(['momentum', 'nesterov', 'sgd', 'adam', 'lars', 'lamb']),
	decay: z.enum(['constant', 'cosine', 'step']).describe('How η falls.'),
	decayAt: z.array(z.string()).describe('Epochs after which η falls, for `step`.'),
	warmupEpochs: Typed.describe('Empty: none.'),
	weightDecay: Typed.describe('Empty: none.'),
	carriedRule: z
		.partialRecord(z.enum(['optimizer', 'decay', 'warmup', 'linearScaling', 'loss']), z.record(z.string(), z.unknown()))
		.describe('Numbers of the update rule and the loss that came with a spec, carried but not edited here.'),
	initializer: z.string().describe('Empty: the default of the preset.'),
	labels: z.array(z.string()).describe('`key:value`.'),
	maxTrials: Typed,
	maxSeconds: Typed,
	maxFailedTrials: Typed,
	usesGrid: z.boolean().describe('False for a spec that has only explicit configurations.'),
	configurations: z.array(z.record(z.string(), z.unknown())).describe('Explicit points, carried but not edited here.'),
});
export type FormValues = z.infer<typeof FormValues>;

export const initializers = [
	'heNormal',
	'heUniform',
	'glorotNormal',
	'glorotUniform',
] as const satisfies readonly Initializer[];

/** A grid that a laptop finishes in about a minute, and that already shows the trade between B and η. */
export const initialValues: FormValues = {
	name: '',
	dataset: 'mnist',
	validationMode: 'heldOut',
	validation: '10000',
	preset: 'mlp',
	hidden: ['128'],
	activation: 'relu',
	layers: JSON.stringify(
		[
			{ type: 'conv2d', filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' },
			{ type: 'maxPool' },
			{ type: 'flatten' },
			{ type: 'dense', units: 10 },
		],
		null,
		2,
	),
	batchSize: { mode: 'list', list: ['100', '1000', 'full'], from: '10', to: '1000', steps: 3, scale: 'log' },
	eta: { mode: 'list', list: ['0.01', '0.1', '0.5'], from: '0.001', to: '1', steps: 4, scale: 'log' },
	lambda: { mode: 'list', list: ['0', '0.9'], from: '0', to: '0.9', steps: 4, scale: 'linear' },
	seeds: ['0'],
	epochs: 3,
	trainExamples: '',
	splitSeed: 0,
	engine: 'auto',
	optimizer: 'momentum',
	decay: 'constant',
	decayAt: ['2'],
	warmupEpochs: '',
	weightDecay: '',
	carriedRule: {},
	initializer: '',
	labels: [],
	maxTrials: '',
	maxSeconds: '',
	maxFailedTrials: '',
	usesGrid: true,
	configurations: [],
};
