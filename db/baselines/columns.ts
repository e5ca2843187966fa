import type { Queryable } from '../client.ts';

/** The columns of a `Baseline`, under the contract's names. */
export const baselineColumns = (sql: Queryable) => sql`
	name, sweep_id as "sweepId", sweep_name as "sweepName", dataset, model, configurations, trials, set_at as "setAt"`;
