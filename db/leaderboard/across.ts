import type { RankBy, SharedLeaderboardEntry, SharedLeaderboardPage } from '@basin/core/contracts/api.ts';
import { type BoardRow, type RankedRow, rankRows } from '@basin/core/domain/ranking.ts';
import { confidence95 } from '@basin/core/domain/statistics.ts';
import type { Db } from '../client.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';

export type SharedLeaderboardQuery = {
	dataset: string;
	/** As a sweep names it: a preset, or `custom`. */
	model: string;
	rankBy: RankBy;
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
	{ dataset, model, device, rankBy }: SharedLeaderboardQuery,
): Promise<Row[]> {
	const byTime = rankBy === 'epochSeconds';
	return sql<Row[]>`
		select entry.device_key as "deviceKey", device.body ->> 'label' as "deviceLabel", sweep.id as "sweepId",
			sweep.name as "sweepName", sweep.trials / sweep.configurations as seeds, configuration.failed_seeds as failed,
			entry.hash, entry.batch_size as "batchSize", entry.eta, entry.lambda, entry.succeeded, entry.diverged,
			entry.best_mean as "accuracyMean", entry.best_std as "accuracyStd",
			entry.epoch_seconds_median as "epochSecondsMedian", entry.epoch_seconds_low as "epochSecondsLow",
			entry.epoch_seconds_high as "epochSecondsHigh", entry.update_seconds_median as "updateSecondsMedian",
			entry.best_trial_id as "bestTrialId",
			${byTime ? sql`entry.epoch_seconds_mean` : sql`entry.best_mean`} as "rankedMean",
			${byTime ? sql`entry.epoch_seconds_std` : sql`entry.best_std`} as "rankedStd"
		from leaderboard_entry as entry
		join sweep on sweep.id = entry.sweep_id and sweep.project_id = ${projectId}
		join configuration
			on configuration.sweep_id = entry.sweep_id and configuration.configuration_no = entry.configuration_no
		left join device on device.key = entry.device_key
		where entry.dataset = ${dataset} and entry.model = ${model} and entry.succeeded > 0
			${device === undefined ? sql`` : sql`and entry.device_key = ${device}`}
		order by ${byTime ? sql`entry.epoch_seconds_median` : sql`entry.best_mean desc`}, sweep.id
		limit ${sharedBoardRows}`;
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
		onParetoFront,
		device: row.deviceLabel === null ? null : { key: row.deviceKey, label: row.deviceLabel },
		bestTrialId: row.bestTrialId,
	};
}
