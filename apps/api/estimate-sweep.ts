import type { DatasetInfo, SweepEstimate } from '@basin/core/contracts/api.ts';
import { type Prices, priceOf } from '@basin/core/contracts/prices.ts';
import type { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { countUpdates, type DeviceTimes, estimateCost, estimateSeconds } from '@basin/core/domain/estimate.ts';
import { countParameters } from '@basin/core/domain/parameters.ts';
import type { SweepPlan } from '@basin/core/domain/sweep-plan.ts';
import type { Db } from '@basin/db/client.ts';
import { listDevices, type MeasuredDevice } from '@basin/db/devices/list.ts';
import { canonicalJson } from './canonical-json.ts';

const previewLength = 20;

/** What a sweep would be, and how long it would take and cost on the workers seen lately. Writes nothing. */
export async function estimateSweep(input: {
	db: Db;
	projectId: string;
	spec: SweepSpec;
	dataset: DatasetInfo;
	plan: SweepPlan;
	prices: Prices | undefined;
}): Promise<SweepEstimate> {
	const { db, projectId, spec, dataset, plan, prices } = input;
	const { configurations, trainSize, trials } = plan;
	const work = { configurations, trainSize, seeds: spec.seeds.length, epochs: spec.epochs };
	const devices = (await listDevices({ db, projectId })).map((device) => ({
		...timesOf(device, spec),
		pricePerHour: prices === undefined ? null : priceOf(prices.perHour, device.device.key),
	}));
	const amount = estimateCost(work, devices);
	return {
		dryRun: true,
		spec,
		configurations: configurations.length,
		trials,
		trainSize,
		parameters: countParameters(spec.model, dataset),
		updates: countUpdates(work),
		estimatedSeconds: estimateSeconds(work, devices),
		estimatedCost: amount === null || prices === undefined ? null : { amount, currency: prices.currency },
		preview: configurations.slice(0, previewLength),
	};
}

/** What the device measured with this very model on this data set. */
function timesOf({ workersSeenLately, speeds }: MeasuredDevice, { dataset, model }: SweepSpec): DeviceTimes {
	const wanted = canonicalJson(model);
	const measured = speeds.filter((speed) => speed.dataset === dataset.name && canonicalJson(speed.model) === wanted);
	return {
		workers: workersSeenLately,
		updateTimes: measured.map(({ batchSize, secondsPerUpdate }) => ({ batchSize, updateSeconds: secondsPerUpdate })),
	};
}
