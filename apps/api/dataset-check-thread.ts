import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { datasetLimits } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { readDataset } from '@basin/core/domain/dataset-files/read-dataset.ts';
import { encodeDataset } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import type { CheckAnswer, CheckRequest } from './dataset-check.ts';

function check({ upload, files }: CheckRequest): CheckAnswer {
	try {
		const dataset = readDataset({
			format: upload.format,
			files,
			maxBytes: datasetLimits.valueBytes,
			options: upload,
		});
		const { inputShape, classes, train, test } = dataset;
		const facts = { inputShape: [...inputShape], classes, trainSize: train.count, testSize: test.count };
		const content = encodeDataset(dataset);
		const sha256 = createHash('sha256').update(content).digest('hex');
		return { ok: true, checked: { content, sha256, facts } };
	} catch (error) {
		if (error instanceof BasinError) return { ok: false, sentence: error.message };
		throw error;
	}
}

const answer = check(workerData as CheckRequest);
parentPort?.postMessage(answer, answer.ok ? [answer.checked.content.buffer as ArrayBuffer] : []);
