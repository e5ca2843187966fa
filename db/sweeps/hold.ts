import { BasinError } from '@basin/core/contracts/errors.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import type { Queryable } from '../client.ts';
import { sweepNotFound } from './control-errors.ts';

export type HeldSweep = { state: SweepState; spec: SweepSpec; train_size: number };

/**
 * Locks a sweep that may run again, and its uploaded data set: whoever deletes that waits, and then sees an open sweep.
 * The lock is held until the transaction ends.
 * @throws BasinError `sweep_not_found`, `dataset_not_found` when the data set was deleted after the sweep's end
 */
export async function holdSweep(tx: Queryable, sweepId: string): Promise<HeldSweep> {
	const [sweep] = await tx<HeldSweep[]>`
		select state, spec, train_size from sweep where id = ${sweepId} for no key update`;
	if (!sweep) throw sweepNotFound(sweepId);
	const { name, sha256 } = sweep.spec.dataset;
	if (sha256 === undefined) return sweep;
	const [dataset] = await tx`select from dataset where sha256 = ${sha256} for key share`;
	if (dataset) return sweep;
	throw new BasinError(
		'dataset_not_found',
		`The data set ${name} that the sweep trained on was deleted: upload it again.`,
	);
}
