import type { ExtendedSweep } from '@basin/core/contracts/api.ts';
import type { SweepExtension } from '@basin/core/contracts/sweep-extension.ts';
import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';
import { configurationHash } from '@basin/core/domain/configuration-hash.ts';
import { type ExtensionPlan, planExtension } from '@basin/core/domain/extend-sweep.ts';
import type { Db, Queryable } from '../client.ts';
import { holdQuota } from '../projects/hold-quota.ts';
import { refuseWinding } from './control-errors.ts';
import { getSweep } from './get.ts';
import { holdSweep } from './hold.ts';
import { insertConfigurations, insertTrials } from './insert-trials.ts';

type Added = ExtendedSweep['added'];

/**
 * Gives a sweep more seeds and values: the trials that are missing are added, in one transaction, and none that exists is
 * touched. A sweep that had ended runs again. Asked again for the same it adds nothing, and says so in `skipped`.
 * @throws BasinError `sweep_not_found`, `state_conflict` (stopping or cancelling), `dataset_not_found` (deleted meanwhile),
 * `quota_exceeded`,
 * `invalid_spec` with pointers into the extension
 */
export async function extendSweep(input: {
	db: Db;
	sweepId: string;
	extension: SweepExtension;
}): Promise<ExtendedSweep> {
	const { db, sweepId, extension } = input;
	const { added, skipped } = await db.sql.begin(async (tx) => {
		const { projectId, state, ...sweep } = await holdSweep(tx, sweepId);
		refuseWinding(state, ['stopping', 'cancelling']);
		const plan = planExtension({ ...sweep, extension });
		return { added: await insertMissing(tx, { projectId, sweepId }, plan, sweep.spec.seeds), skipped: plan.skipped };
	});
	return { ...(await getSweep({ db, sweepId })), added, skipped };
}

async function insertMissing(
	tx: Queryable,
	{ projectId, sweepId }: { projectId: string; sweepId: string },
	{ spec, configurations }: ExtensionPlan,
	oldSeeds: readonly number[],
): Promise<Added> {
	const known = await tx<{ hash: string }[]>`select hash from configuration where sweep_id = ${sweepId}`;
	const fresh = withoutKnown(configurations, new Set(known.map(({ hash }) => hash)));
	const newSeeds = spec.seeds.filter((seed) => !oldSeeds.includes(seed));
	const trials = known.length * newSeeds.length + fresh.length * spec.seeds.length;
	if (trials === 0) return { configurations: 0, seeds: 0, trials: 0 };
	await holdQuota(tx, { projectId, trials });
	await insertConfigurations(tx, { sweepId, first: known.length, configurations: fresh });
	await insertTrials(tx, { sweepId, first: 0, count: known.length, seeds: newSeeds });
	await insertTrials(tx, { sweepId, first: known.length, count: fresh.length, seeds: spec.seeds });
	await tx`
		update sweep set spec = ${tx.json(spec)}, configurations = configurations + ${fresh.length}, trials = trials + ${trials}
		where id = ${sweepId}`;
	await tx`select reopen_sweep(${sweepId})`;
	await tx`select park_waiting_trials(${sweepId})`;
	return { configurations: fresh.length, seeds: newSeeds.length, trials };
}

function withoutKnown(configurations: readonly Configuration[], known: ReadonlySet<string>): Configuration[] {
	return configurations.filter((configuration) => !known.has(configurationHash(configuration)));
}
