import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalSweep, type SweepState } from '@basin/core/contracts/states.ts';
import { datasets as builtIn, heldOutSize } from '@basin/core/domain/datasets.ts';
import type { GateSide, GateTrial } from '@basin/core/domain/gate-sides.ts';
import type { Queryable } from '../client.ts';

type SweepRow = {
	state: SweepState;
	training: GateSide['training'];
	epochs: number;
	train_size: number;
	/** Of an uploaded data set that is still there. */
	facts: Pick<DatasetInfo, 'trainSize' | 'testSize'> | null;
};

type TrialRow = Omit<GateTrial, 'configuration'> & { batchSize: number; eta: number; lambda: number };

/**
 * What a gate reads of an ended sweep: ten thousand trials are one statement of 1.5 MB.
 * @throws BasinError `sweep_not_found`, `not_terminal`
 */
export async function readGateSide(sql: Queryable, sweepId: string): Promise<GateSide> {
	const [sweep] = await sql<SweepRow[]>`
		select sweep.state, sweep.training, sweep.epochs, sweep.train_size, dataset.facts
		from sweep left join dataset
			on dataset.sha256 = sweep.training -> 'dataset' ->> 'sha256' and dataset.name = sweep.dataset
				and dataset.project_id = sweep.project_id
		where sweep.id = ${sweepId}`;
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
	if (!isTerminalSweep(sweep.state))
		throw new BasinError('not_terminal', `${sweepId} is ${sweep.state}: wait for its end.`);
	const rows = await sql<TrialRow[]>`
		select configuration.batch_size as "batchSize", configuration.eta, configuration.lambda, configuration.hash,
			trial.seed, trial.state, trial.reason, result.device_key as "deviceKey", result.val_accuracy as "valAccuracy",
			(result.body ->> 'testAccuracy')::double precision as "testAccuracy", result.epoch_seconds as "epochSeconds",
			result.update_seconds as "updateSeconds"
		from trial
		join configuration
			on configuration.sweep_id = trial.sweep_id and configuration.configuration_no = trial.configuration_no
		left join result on result.trial_id = trial.id
		where trial.sweep_id = ${sweepId}
		order by trial.configuration_no, trial.seed`;
	const trials = rows.map(({ batchSize, eta, lambda, ...rest }) => ({
		configuration: { batchSize, eta, lambda },
		...rest,
	}));
	return { sweepId, training: sweep.training, epochs: sweep.epochs, ...sizesOf(sweep), trials };
}

function sizesOf({ training: { dataset }, facts }: SweepRow): Pick<GateSide, 'validationSize' | 'testSize'> {
	const info = facts ?? Object.values(builtIn).find(({ name }) => name === dataset.name);
	if (info === undefined) return { validationSize: null, testSize: null };
	const heldOut = heldOutSize(info.trainSize, dataset.validation);
	return { validationSize: heldOut || info.testSize, testSize: info.testSize };
}
