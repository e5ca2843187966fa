import type { DatasetSpec } from '@basin/core/contracts/sweep-spec.ts';
import { heldOutSize } from '@basin/core/domain/datasets.ts';
import { shuffle } from '../engines/order.ts';
import { purpose, Random } from '../engines/random.ts';
import type { Dataset, Rows } from './dataset.ts';

/** Row numbers of some rows. */
export interface Selection {
	rows: Rows;
	indexes: Int32Array;
}

export interface Split {
	train: Selection;
	validation: Selection;
	/** Null when the official test split validates: it can be used once only. */
	test: Selection | null;
}

/** Holds out validation images and chooses `trainExamples` by `splitSeed`: the same for every trial of the sweep, whatever its own seed. */
export function splitDataset(dataset: Dataset, spec: DatasetSpec): Split {
	const { train, test } = dataset;
	const everyTest = { rows: test, indexes: everyIndex(test.count) };
	const shuffled = shuffle(everyIndex(train.count), Random.of(spec.splitSeed, purpose.split));
	const held = heldOutSize(train.count, spec.validation);
	const end = held + (spec.trainExamples ?? train.count - held);
	const trained = { rows: train, indexes: shuffled.slice(held, end).sort() };
	if (spec.validation === 'test') return { train: trained, validation: everyTest, test: null };
	return { train: trained, validation: { rows: train, indexes: shuffled.slice(0, held).sort() }, test: everyTest };
}

function everyIndex(count: number): Int32Array {
	return Int32Array.from({ length: count }, (_, index) => index);
}
