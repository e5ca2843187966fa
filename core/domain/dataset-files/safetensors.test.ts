import { encodeSafetensors } from './safetensors.ts';
import { testRefusals, text } from './testing/files.ts';

const tensors = encodeSafetensors(new Map([['x', { shape: [2, 1], values: Float32Array.of(1, 2) }]]), {});

testRefusals('safetensors', [
	['no safetensors', [{ name: 's', bytes: text('hello, world') }], /^s is not a safetensors file/],
	['a header longer than the file', [{ name: 's', bytes: new Uint8Array(64).fill(255) }], /^s is not a safetensors/],
	[
		'tensors that were cut short',
		[{ name: 's', bytes: tensors.subarray(0, tensors.length - 1) }],
		/^s was cut short: x ends behind its end/,
	],
]);
