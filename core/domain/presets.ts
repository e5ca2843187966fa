import type { Activation, Initializer, ModelLayer, PlainLayer } from '../contracts/model-layers.ts';
import type { ModelSpec } from '../contracts/sweep-spec.ts';

type Preset = Exclude<ModelSpec, { layers: unknown }>;

/** A preset as a person would write it out. */
export function presetLayers(model: Preset, classes: number): ModelLayer[] {
	switch (model.preset) {
		case 'softmax':
			return [{ type: 'dense', units: classes, initializer: model.initializer }];
		case 'mlp':
			return mlp(model, classes);
		case 'cnn':
			return cnn(model.initializer, classes);
		case 'keskar-f1':
			return keskarF1(model.initializer, classes);
		case 'keskar-c1':
			return keskarC1(model.initializer, classes);
		case 'resnet8':
			return resnet8(model.initializer, classes);
	}
}

/** He's variance makes up for the half of its inputs that a relu drops. */
export function defaultInitializer(activation: Activation | undefined): Initializer {
	return activation === 'relu' || activation === 'leakyRelu' || activation === 'gelu' ? 'heNormal' : 'glorotUniform';
}

const batchNorm: PlainLayer = { type: 'batchNorm', epsilon: 0.001, momentum: 0.99 };

function mlp(model: Preset & { preset: 'mlp' }, classes: number): ModelLayer[] {
	const { activation } = model;
	const initializer = model.initializer ?? defaultInitializer(activation);
	const hidden = model.hidden.map((units): ModelLayer => ({ type: 'dense', units, activation, initializer }));
	return [...hidden, { type: 'dense', units: classes, initializer }];
}

function convolution(filters: number, initializer: Initializer, strides = 1): PlainLayer {
	return { type: 'conv2d', filters, kernelSize: 3, strides, padding: 'same', groups: 1, initializer };
}

function cnn(initializer: Initializer, classes: number): ModelLayer[] {
	const pair = (filters: number): ModelLayer[] => [
		...[convolution(filters, initializer), { type: 'relu' } as const],
		...[convolution(filters, initializer), { type: 'relu' } as const],
		{ type: 'maxPool', poolSize: 2, padding: 'valid' },
	];
	return [...pair(32), ...pair(64), { type: 'flatten' }, { type: 'dense', units: classes, initializer }];
}

function keskarF1(initializer: Initializer, classes: number): ModelLayer[] {
	const hidden: ModelLayer[] = [{ type: 'dense', units: 512, initializer }, batchNorm, { type: 'relu' }];
	return [...Array.from({ length: 5 }, () => hidden).flat(), { type: 'dense', units: classes, initializer }];
}

/** As `shallownet` of the authors' code: convolutions of stride 1, pools and convolutions that keep the margin. */
function keskarC1(initializer: Initializer, classes: number): ModelLayer[] {
	const sizes = { filters: 64, kernelSize: 5, strides: 1, padding: 'same', groups: 1, initializer } as const;
	const images: ModelLayer[] = [
		{ type: 'conv2d', ...sizes },
		batchNorm,
		{ type: 'relu' },
		{ type: 'maxPool', poolSize: 3, strides: 2, padding: 'same' },
	];
	const hidden = (units: number): ModelLayer[] => [
		{ type: 'dense', units, initializer },
		batchNorm,
		{ type: 'relu' },
		{ type: 'dropout', rate: 0.5 },
	];
	return [
		...[...images, ...images, { type: 'flatten' } as const],
		...[...hidden(384), ...hidden(192)],
		{ type: 'dense', units: classes, initializer },
	];
}

function resnet8(initializer: Initializer, classes: number): ModelLayer[] {
	const block = (filters: number, strides: number): ModelLayer => ({
		type: 'residual',
		layers: [
			...[convolution(filters, initializer, strides), batchNorm, { type: 'relu' } as const],
			...[convolution(filters, initializer), batchNorm],
		],
		activation: 'relu',
	});
	return [
		...[convolution(16, initializer), batchNorm, { type: 'relu' } as const],
		...[block(16, 1), block(32, 2), block(64, 2)],
		{ type: 'globalAvgPool' },
		{ type: 'dense', units: classes, initializer },
	];
}
