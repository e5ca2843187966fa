import type { DatasetInfo, SweepEstimate } from '@basin/core/contracts/api.ts';
import type { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { countUpdates, type DeviceTimes, estimateSeconds } from '@basin/core/domain/estimate.ts';
import { countParameters } from '@basin/core/domain/parameters.ts';
import type { SweepPlan } from '@basin/core/domain/sweep-plan.ts';
import type { Db } from '@basin/db/client.ts';
import { listDevices, type MeasuredDevice } from '@basin/db/devices/list.ts';
import { canonicalJson } from './canonical-json.ts';

const previewLength = 20;

/** What a sweep would be, and how long it would take on the workers seen lately. Writes nothing. */
export async function estimateSweep(input: {
	db: Db;
	spec: SweepSpec;
	dataset: DatasetInfo;
	plan: SweepPlan;
}): Promise<SweepEstimate> {
	const { db, spec, dataset, plan } = input;
	const { configurations, trainSize, trials } = plan;
	const work = { configurations, trainSize, seeds: spec.seeds.length, epochs: spec.epochs };
	const devices = await listDevices({ db });
	return {
		dryRun: true,
		spec,
		configurations: configurations.length,
		trials,
		trainSize,
		parameters: countParameters(spec.model, dataset),
		updates: countUpdates(work),
		estimatedSeconds: estimateSeconds(
			work,
			devices.map((device) => timesOf(device, spec)),
		),
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
