import type { LayerSpec } from '../port.ts';

/** The kinds of some layers and of those inside of them. */
export function kindsOf(layers: readonly LayerSpec[]): Set<string> {
	const inner = layers.flatMap((layer) => (layer.kind === 'residual' ? [...kindsOf(layer.layers)] : []));
	return new Set([...layers.map(({ kind }) => kind), ...inner]);
}
