import { type LayerSpec, type PlacedLayer, placeLayers, shortcutOf } from '@basin/core/domain/network-shape.ts';
import type { TensorFlow } from './backend.ts';
import { avgPool } from './layers/avg-pool.ts';
import { batchNorm } from './layers/batch-norm.ts';
import { LayerChain } from './layers/chain.ts';
import { conv2d } from './layers/conv2d.ts';
import { dense } from './layers/dense.ts';
import { dropout } from './layers/dropout.ts';
import { flatten } from './layers/flatten.ts';
import { gelu } from './layers/gelu.ts';
import { globalAvgPool } from './layers/global-avg-pool.ts';
import type { Layer } from './layers/layer.ts';
import { layerNorm } from './layers/layer-norm.ts';
import { leakyRelu } from './layers/leaky-relu.ts';
import { maxPool } from './layers/max-pool.ts';
import { relu } from './layers/relu.ts';
import { residual } from './layers/residual.ts';
import { sigmoid } from './layers/sigmoid.ts';
import { tanh } from './layers/tanh.ts';

/** Layers for shapes that have been checked. */
export function buildChain(tf: TensorFlow, layers: readonly LayerSpec[], inputShape: readonly number[]): LayerChain {
	return new LayerChain(
		tf,
		placeLayers(layers, inputShape).map((placed) => layerOf(tf, placed)),
	);
}

function layerOf(tf: TensorFlow, { spec, name, inputShape, shape }: PlacedLayer): Layer {
	switch (spec.kind) {
		case 'dense':
			return dense;
		case 'conv2d':
			return conv2d(spec);
		case 'maxPool':
			return maxPool(spec);
		case 'avgPool':
			return avgPool(spec);
		case 'globalAvgPool':
			return globalAvgPool;
		case 'flatten':
			return flatten;
		case 'relu':
			return relu;
		case 'leakyRelu':
			return leakyRelu(spec);
		case 'gelu':
			return gelu;
		case 'tanh':
			return tanh;
		case 'sigmoid':
			return sigmoid;
		case 'layerNorm':
			return layerNorm(spec);
		case 'batchNorm':
			return batchNorm(spec);
		case 'dropout':
			return dropout(spec, name);
		case 'residual': {
			const inside = placeLayers(spec.layers, inputShape, `${name}/`);
			const shortcut = shortcutOf(inputShape, shape.outputShape);
			const beside = shortcut && layerOf(tf, { spec: shortcut, name: `${name}/shortcut`, inputShape, shape });
			return residual(
				new LayerChain(
					tf,
					inside.map((placed) => layerOf(tf, placed)),
				),
				beside,
			);
		}
	}
}
