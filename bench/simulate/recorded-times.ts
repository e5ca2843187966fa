import { readFile } from 'node:fs/promises';
import { createClient } from '@basin/client';
import type { TrialResult } from '@basin/core/contracts/training.ts';
import { z } from 'zod';
import type { TrialTimes } from './attempt.ts';

/** What trials took on one device, as `--record` writes it. */
export const RecordedTimes = z.object({
	date: z.string(),
	device: z.string(),
	trials: z
		.array(
			z.object({
				batchSize: z.int(),
				epochs: z.int().min(1),
				epochSeconds: z.number().positive(),
				loadSeconds: z.number().min(0),
				storeSeconds: z.number().min(0),
			}),
		)
		.min(1),
});
export type RecordedTimes = z.infer<typeof RecordedTimes>;

export async function readRecordedTimes(path: string): Promise<RecordedTimes> {
	return RecordedTimes.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Reads what the succeeded trials of a running Basin took, on the device that has most of them. @throws Error when there are none */
export async function recordTimes(baseUrl: string, token?: string): Promise<RecordedTimes> {
	const client = createClient({ baseUrl, ...(token === undefined ? {} : { token }) });
	const byDevice = new Map<string, RecordedTimes['trials']>();
	for await (const sweep of client.eachSweep()) {
		for await (const { state, configuration, device, result } of client.eachTrial(sweep.id)) {
			if (state !== 'succeeded' || result === null || device === null) continue;
			const trials = byDevice.get(device.label) ?? [];
			byDevice.set(device.label, [...trials, timesOf(configuration.batchSize, result)]);
		}
	}
	const [most] = [...byDevice].sort(([, one], [, other]) => other.length - one.length);
	if (most === undefined) throw new Error(`No trial of ${baseUrl} has succeeded yet: there are no times to read.`);
	return { date: new Date().toISOString(), device: most[0], trials: most[1] };
}

function timesOf(batchSize: number, result: TrialResult): RecordedTimes['trials'][number] {
	const { epochs, trainSeconds, validationSeconds, loadSeconds, compileSeconds, artifactSeconds } = result;
	return {
		batchSize,
		epochs,
		epochSeconds: (trainSeconds + validationSeconds) / epochs,
		loadSeconds: loadSeconds + compileSeconds,
		storeSeconds: artifactSeconds,
	};
}

/** `count` trials that take in turn what the recorded ones took; with `epochs`, so many instead of theirs. */
export function repeatTimes(recorded: RecordedTimes, count: number, epochs?: number): TrialTimes[] {
	return Array.from({ length: count }, (_, place) => {
		const times = recorded.trials[place % recorded.trials.length]!;
		return { ...times, epochs: epochs ?? times.epochs };
	});
}
