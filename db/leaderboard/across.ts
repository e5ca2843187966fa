import type { RankBy, SharedLeaderboardEntry, SharedLeaderboardPage } from '@basin/core/contracts/api.ts';
import { type BoardRow, type RankedRow, rankRows } from '@basin/core/domain/ranking.ts';
import { confidence95 } from '@basin/core/domain/statistics.ts';
import type { Db, Sql } from '../client.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { joinSecondsToTarget } from './seconds-to-target.ts';

export type SharedLeaderboardQuery = {
	dataset: string;
	/** As a sweep names it: a preset, or `custom`. */
	model: string;
	rankBy: RankBy;
	/** As of a sweep's board. */
	target?: number | undefined;
	/** A device's key. */
	device?: string | undefined;
	cursor?: string | undefined;
	limit: number;
};

/** More rows than these are not ranked against each other: a person reads the first, and the rest cost memory. */
export const sharedBoardRows = 10_000;

type Row = BoardRow & {
	deviceLabel: string | null;
	sweepId: string;
	sweepName: string;
	seeds: number;
	failed: number;
	batchSize: number;
	eta: number;
	lambda: number;
	accuracyStd: number | null;
	epochSecondsLow: number;
	epochSecondsHigh: number;
	updateSecondsMedian: number | null;
	bestTrialId: string | null;
};

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Ranks the configurations of all of a project's sweeps of a data set and a model, by the rules of core/domain/ranking.ts.
 * @throws BasinError `invalid_request` for a foreign cursor.
 */
export async function rankAcrossSweeps(input: {
	db: Db;
	projectId: string;
	query: SharedLeaderboardQuery;
}): Promise<SharedLeaderboardPage> {
	const { db, projectId, query } = input;
	const offset = query.cursor === undefined ? 0 : decodeCursor(query.cursor, isOffset);
	const rows = await readRows(db, projectId, query);
	const end = offset + query.limit;
	return {
		items: rankRows(rows, query.rankBy, offset, end).map(toEntry),
		nextCursor: end < rows.length ? encodeCursor(end) : null,
	};
}

function readRows(
	{ sql }: Db,
	projectId: string,
	{ dataset, model, device, rankBy, target }: SharedLeaderboardQuery,
): Promise<Row[]> {
	const { order, median, mean, std } = measures(sql, rankBy);
	return sql<Row[]>`
		with best as (
			select entry.*, sweep.name, sweep.trials / sweep.configurations as seeds
			from leaderboard_entry as entry
			join sweep on sweep.id = entry.sweep_id and sweep.project_id = ${projectId}
			where entry.dataset = ${dataset} and entry.model = ${model} and entry.succeeded > 0
				${device === undefined ? sql`` : sql`and entry.device_key = ${device}`}
			order by ${order}, entry.sweep_id
			limit ${sharedBoardRows}
		)
		select best.device_key as "deviceKey", device.body ->> 'label' as "deviceLabel", best.sweep_id as "sweepId",
			best.name as "sweepName", best.seeds, configuration.failed_seeds as failed,
			best.hash, best.batch_size as "batchSize", best.eta, best.lambda, best.succeeded, best.diverged,
			best.best_mean as "accuracyMean", best.best_std as "accuracyStd",
			best.epoch_seconds_median as "epochSecondsMedian", best.epoch_seconds_low as "epochSecondsLow",
			best.epoch_seconds_high as "epochSecondsHigh", best.update_seconds_median as "updateSecondsMedian",
			best.best_trial_id as "bestTrialId",
			${median} as "secondsToTarget", ${mean} as "rankedMean", ${std} as "rankedStd"
		from best
		join configuration
			on configuration.sweep_id = best.sweep_id and configuration.configuration_no = best.configuration_no
		left join device on device.key = best.device_key
		${rankBy === 'secondsToTarget' ? joinSecondsToTarget(sql, 'best', target ?? 1) : sql``}`;
}

/** Of which rows the first are ranked, and the measure that ranks them. A target is reached by the most accurate, if by any. */
function measures(sql: Sql, rankBy: RankBy) {
	const byAccuracy = { order: sql`entry.best_mean desc nulls last`, median: sql`null::float8` };
	if (rankBy === 'secondsToTarget') {
		const finite = (column: string) => sql`nullif(nullif(${sql(column)}, 'Infinity'), 'NaN')`;
		const [median, mean, std] = [
			finite('seconds_to_target'),
			finite('seconds_to_target_mean'),
			finite('seconds_to_target_std'),
		];
		return { ...byAccuracy, median, mean, std };
	}
	if (rankBy !== 'epochSeconds') return { ...byAccuracy, mean: sql`best.best_mean`, std: sql`best.best_std` };
	const order = sql`entry.epoch_seconds_median`;
	return { ...byAccuracy, order, mean: sql`best.epoch_seconds_mean`, std: sql`best.epoch_seconds_std` };
}

function toEntry({ row, rank, tiedWith, onParetoFront }: RankedRow<Row>): SharedLeaderboardEntry {
	const { accuracyMean: mean, accuracyStd: std, epochSecondsMedian: median, succeeded } = row;
	return {
		rank,
		tiedWith,
		sweep: { id: row.sweepId, name: row.sweepName },
		configuration: { batchSize: row.batchSize, eta: row.eta, lambda: row.lambda },
		configurationHash: row.hash,
		seeds: { total: row.seeds, succeeded, failed: row.failed },
		diverged: row.diverged,
		valAccuracy: mean === null ? null : { mean, std, ci95: confidence95(succeeded, mean, std) },
		epochSeconds: median === null ? null : { median, iqr: [row.epochSecondsLow, row.epochSecondsHigh] },
		updateSeconds: row.updateSecondsMedian === null ? null : { median: row.updateSecondsMedian },
		secondsToTarget: row.secondsToTarget ?? null,
		onParetoFront,
		device: row.deviceLabel === null ? null : { key: row.deviceKey, label: row.deviceLabel },
		bestTrialId: row.bestTrialId,
	};
}
