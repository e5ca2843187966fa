import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';
import { configurationHash } from '@basin/core/domain/configuration-hash.ts';
import { newTrialIds } from '@basin/core/domain/ids.ts';
import type { Queryable } from '../client.ts';

/** Numbers the configurations from `first`. */
export async function insertConfigurations(
	tx: Queryable,
	{ sweepId, first, configurations }: { sweepId: string; first: number; configurations: readonly Configuration[] },
): Promise<void> {
	await tx`
		insert into configuration (sweep_id, configuration_no, hash, batch_size, eta, lambda)
		select ${sweepId}, ${first}::integer + place - 1, hash, batch_size, eta, lambda
		from unnest(
			${configurations.map(configurationHash)}::text[], ${configurations.map(({ batchSize }) => batchSize)}::integer[],
			${configurations.map(({ eta }) => eta)}::double precision[],
			${configurations.map(({ lambda }) => lambda)}::double precision[]
		) with ordinality as given (hash, batch_size, eta, lambda, place)`;
}

/**
 * A trial and its message for each of the seeds of the `count` configurations from number `first`: configuration by
 * configuration, and within each in the order of the seeds. Ids sort the way trials are started.
 */
export async function insertTrials(
	tx: Queryable,
	input: { sweepId: string; first: number; count: number; seeds: readonly number[] },
): Promise<void> {
	const { sweepId, first, count, seeds } = input;
	if (count * seeds.length === 0) return;
	const trialIds = newTrialIds(Date.now(), count * seeds.length);
	await tx`
		with new_trial as (
			insert into trial (id, sweep_id, configuration_no, seed, batch_size)
			select given.id, ${sweepId}, configuration_no, (${[...seeds]}::integer[])[(place - 1) % ${seeds.length} + 1], batch_size
			from unnest(${trialIds}::text[]) with ordinality as given (id, place)
			join configuration
				on sweep_id = ${sweepId} and configuration_no = ${first}::integer + (place - 1) / ${seeds.length}
			returning id, dispatch_no
		)
		insert into outbox (trial_id, dispatch_no) select id, dispatch_no from new_trial`;
}
