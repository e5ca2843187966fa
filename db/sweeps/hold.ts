import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { DatasetName, SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import type { Queryable } from '../client.ts';
import { type ReadyRow, toDatasetInfo } from '../datasets/dataset-row.ts';
import { sweepNotFound } from './control-errors.ts';

export type HeldSweep = {
	projectId: string;
	state: SweepState;
	spec: SweepSpec;
	trainSize: number;
	dataset: DatasetInfo;
};

type Row = { project_id: string; state: SweepState; spec: SweepSpec; train_size: number };

/**
 * Locks a sweep that may run again, and its uploaded data set: whoever deletes that waits, and then sees an open sweep.
 * The locks are held until the transaction ends.
 * @throws BasinError `sweep_not_found`, `dataset_not_found` when the data set was deleted after the sweep's end
 */
export async function holdSweep(tx: Queryable, sweepId: string): Promise<HeldSweep> {
	const [sweep] = await tx<Row[]>`
		select project_id, state, spec, train_size from sweep where id = ${sweepId} for no key update`;
	if (!sweep) throw sweepNotFound(sweepId);
	const { project_id: projectId, state, spec, train_size: trainSize } = sweep;
	return { projectId, state, spec, trainSize, dataset: await holdDataset(tx, projectId, spec.dataset) };
}

async function holdDataset(
	tx: Queryable,
	projectId: string,
	{ name, sha256 }: SweepSpec['dataset'],
): Promise<DatasetInfo> {
	if (sha256 === undefined) return datasets[name as DatasetName];
	const [row] = await tx<ReadyRow[]>`
		select id, name, upload, facts, sha256, ready_at from dataset
		where sha256 = ${sha256} and project_id = ${projectId} limit 1 for key share`;
	if (row) return toDatasetInfo(row);
	throw new BasinError(
		'dataset_not_found',
		`The data set ${name} that the sweep trained on was deleted: upload it again.`,
	);
}
