import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { DatasetUploadInput } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';

/** What the check of the files found. */
export type DatasetFacts = Pick<DatasetInfo, 'inputShape' | 'classes' | 'trainSize' | 'testSize'>;

export type ReadyRow = {
	id: string;
	name: string;
	upload: DatasetUploadInput;
	facts: DatasetFacts;
	sha256: string;
	ready_at: string;
};

/** A ready data set as the API shows it. */
export function toDatasetInfo({ id, name, upload, facts, sha256, ready_at }: ReadyRow): DatasetInfo {
	const { inputShape, classes, trainSize, testSize } = facts;
	return {
		name,
		title: name,
		description: `Uploaded as ${upload.format} on ${ready_at.slice(0, 10)}: ${inputShape.join(' × ')} numbers an example, ${classes} classes.`,
		inputShape,
		classes,
		trainSize,
		testSize,
		id,
		sha256,
	};
}

export function datasetNotFound(datasetId: string): BasinError {
	return new BasinError('dataset_not_found', `There is no uploaded data set ${datasetId}.`);
}

export function nameTaken(name: string): BasinError {
	return new BasinError(
		'dataset_exists',
		`There is a data set named ${name} already: choose another name, or delete it first.`,
	);
}
