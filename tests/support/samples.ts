import { defaultProject } from '@basin/core/contracts/access.ts';
import type { Device } from '@basin/core/contracts/device.ts';
import { type Configuration, SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { ArtifactRecord, EpochMetrics, TrialResult } from '@basin/core/contracts/training.ts';
import type { CheckpointRecord } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '@basin/db/client.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';

/** Small, valid values for tests that do not care which; each test names what it does care about. */

export function sampleSpec(changes: Partial<SweepSpecInput> = {}): SweepSpec {
	return SweepSpec.parse({ dataset: { name: 'mnist' }, model: { preset: 'softmax' }, epochs: 2, ...changes });
}

/** `count` configurations that differ in η. */
export function sampleConfigurations(count: number, batchSize = 100): Configuration[] {
	return Array.from({ length: count }, (_, i) => ({ batchSize, eta: (i + 1) / 1000, lambda: 0.9 }));
}

export const sampleDevice: Device = {
	key: 'cpu-sample-t1',
	label: 'Sample CPU, 1 thread',
	engine: 'onnx',
	provider: 'cpu',
	processor: 'Sample CPU',
	threads: 1,
	slots: 1,
	versions: {},
};

export function sampleMetrics(epoch: number, changes: Partial<EpochMetrics> = {}): EpochMetrics {
	return {
		epoch,
		updates: epoch * 540,
		trainLoss: 0.5 / epoch,
		trainAccuracy: 0.9,
		valLoss: 0.5 / epoch,
		valAccuracy: 0.9,
		epochSeconds: 0.2,
		validationSeconds: 0.01,
		...changes,
	};
}

export function sampleResult(changes: Partial<TrialResult> = {}): TrialResult {
	return {
		valAccuracy: 0.95,
		bestEpoch: 2,
		finalValAccuracy: 0.94,
		finalValLoss: 0.2,
		finalTrainAccuracy: 0.96,
		finalTrainLoss: 0.1,
		testAccuracy: 0.93,
		epochSecondsMedian: 0.2,
		updateSecondsMedian: 0.0004,
		epochs: 2,
		updates: 1080,
		trainSeconds: 0.4,
		validationSeconds: 0.02,
		loadSeconds: 0.01,
		compileSeconds: 0.02,
		artifactSeconds: 0.01,
		...changes,
	};
}

export function sampleArtifact(trialId: string, attemptNo: number, name = 'model.onnx'): ArtifactRecord {
	return {
		name,
		key: `trials/${trialId}/${attemptNo}/${name}`,
		sizeBytes: 1000,
		sha256: 'a'.repeat(64),
		contentType: 'application/octet-stream',
	};
}

export function sampleCheckpoint(trialId: string, attemptNo: number, epoch: number): CheckpointRecord {
	const key = `trials/${trialId}/${attemptNo}/checkpoints/${epoch}.safetensors`;
	return { epoch, key, sizeBytes: 1000, sha256: 'b'.repeat(64) };
}

/** Stores a sweep of `configurations` × `spec.seeds` trials; answers their ids in the order of configuration and seed. */
export async function sampleSweep(
	db: Db,
	{
		configurations = 1,
		projectId = defaultProject.id,
		...spec
	}: Partial<Omit<SweepSpecInput, 'configurations'>> & { configurations?: number; projectId?: string } = {},
): Promise<{ sweepId: string; trialIds: string[] }> {
	const { sweep } = await createSweep({
		db,
		input: {
			projectId,
			spec: sampleSpec(spec),
			configurations: sampleConfigurations(configurations),
			trainSize: 54_000,
		},
	});
	const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweep.id} order by id`;
	return { sweepId: sweep.id, trialIds: trials.map(({ id }) => id) };
}

/** Every row of every table, as text: equal before and after means that nothing was written. */
export async function everything({ sql }: Db): Promise<Record<string, string>> {
	const tables = await sql<{ name: string }[]>`
		select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`;
	const rows: Record<string, string> = {};
	for (const { name } of tables) {
		const [row] = await sql<
			{ text: string }[]
		>`select coalesce(string_agg(t::text, ' ' order by t::text), '') as text from ${sql(name)} as t`;
		rows[name] = row!.text;
	}
	return rows;
}
