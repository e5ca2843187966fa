import { createHash } from 'node:crypto';
import type { EngineName } from '@basin/core/contracts/sweep-spec.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';

/** Names all that a training's numbers depend on, so that a checkpoint of another training is never gone on from. */
export function fingerprintOf(
	assignment: TrialAssignment,
	{ engine, datasetSha256 }: { engine: EngineName; datasetSha256: string },
): string {
	const { configuration, seed, dataset, model, epochs, optimizer, schedule, loss, weightDecay } = assignment;
	const { validation, splitSeed, trainExamples } = dataset;
	const split = { validation, splitSeed, trainExamples };
	const parts = { configuration, seed, ...split, model, epochs, optimizer, schedule, loss, weightDecay };
	return createHash('sha256')
		.update(canonical({ ...parts, engine, datasetSha256 }))
		.digest('hex');
}

/** JSON with sorted keys: jsonb and zod put them in orders of their own. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, part) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part,
	);
}
