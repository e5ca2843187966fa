import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFailure } from './trial-failure.ts';

test('a GPU whose memory does not hold a batch is out of memory, in one line', () => {
	// As onnxruntime-node 1.30 threw it, for a batch of 300,000 rows with 1,024 units.
	const refused = new Error(
		'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n' +
			' - While validating entries[3] against { binding: 3, visibility: ShaderStage::Compute }.\n',
	);
	const failure = describeFailure(refused);
	assert.equal(failure.reason, 'out_of_memory');
	assert.match(failure.message, /^The model does not fit in this worker's memory \(.*\)\.$/);
});
