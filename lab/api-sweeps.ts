import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Sweep, Trial } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { decodeSafetensors } from '@basin/gpu-worker/artifacts/safetensors.ts';
import type { NamedArray } from '@basin/gpu-worker/engines/port.ts';
import type { EpochPoint, SweepResult, TrialResult } from './sweep-result.ts';

/** Trials whose curves are asked for at once. */
const together = 8;
const pollMs = 1000;

export type ApiSweeps = {
	/** As `LabContext.runSweep`. @throws Error with a sentence when no trial of it succeeded */
	runSweep(spec: SweepSpecInput): Promise<SweepResult>;
	/** As `LabContext.loadWeights`. @throws Error with a sentence when they are not there or not what was stored */
	loadWeights(trialId: string): Promise<ReadonlyMap<string, NamedArray>>;
};

/**
 * Sweeps of the lab through the ordinary API.
 * @param edition part of the idempotency key: the same spec under the same edition is run once, and a lab that was interrupted finds what it had
 * @param onProgress epochs done and in all, whenever they have changed
 */
export function createApiSweeps(input: {
	client: Client;
	edition: string;
	signal: AbortSignal;
	onProgress: (name: string, done: number, total: number) => void;
}): ApiSweeps {
	const { client, edition, signal, onProgress } = input;
	const call = { signal };

	const untilEnded = async (sweepId: string): Promise<Sweep> => {
		for (;;) {
			const sweep = await client.getSweep(sweepId, call);
			onProgress(sweep.spec.name ?? sweepId, sweep.progress.epochsDone, sweep.progress.epochsTotal);
			if (isTerminalSweep(sweep.state)) return sweep;
			await delay(pollMs, undefined, call);
		}
	};

	return {
		async runSweep(spec) {
			const idempotencyKey = `lab-${edition}-${sha256(JSON.stringify(spec)).slice(0, 32)}`;
			const { id } = await client.createSweep(spec, { ...call, idempotencyKey });
			const ended = await untilEnded(id);
			if (ended.state !== 'completed') throw new Error(`Sweep ${id} is ${ended.state}; the lab needs it completed.`);
			const trials: Trial[] = [];
			for await (const trial of client.eachTrial(id, {}, call)) trials.push(trial);
			const results: TrialResult[] = [];
			for (let from = 0; from < trials.length; from += together) {
				const part = trials.slice(from, from + together);
				results.push(...(await Promise.all(part.map((trial) => resultOf(client, trial, signal)))).flat());
			}
			const { startedAt, finishedAt } = ended;
			const devices = ended.devices.map(({ label }) => label);
			return { id, spec, startedAt: startedAt ?? ended.createdAt, finishedAt: finishedAt!, devices, trials: results };
		},
		async loadWeights(trialId) {
			const { items } = await client.listArtifacts(trialId, call);
			const artifact = items.find(({ name }) => name === 'weights.safetensors');
			if (!artifact) throw new Error(`Trial ${trialId} has no weights.safetensors.`);
			const response = await fetch(artifact.url, call);
			if (!response.ok) throw new Error(`The store answered ${response.status} for the weights of trial ${trialId}.`);
			const bytes = new Uint8Array(await response.arrayBuffer());
			if (sha256(bytes) !== artifact.sha256) throw new Error(`The weights of trial ${trialId} arrived damaged.`);
			return decodeSafetensors(bytes).arrays;
		},
	};
}

/** Nothing for a trial that failed for another reason than divergence. */
async function resultOf(client: Client, trial: Trial, signal: AbortSignal): Promise<TrialResult[]> {
	const diverged = trial.state === 'failed' && trial.reason === 'diverged';
	if (trial.state !== 'succeeded' && !diverged) return [];
	const epochs: EpochPoint[] = [];
	for await (const point of client.eachMetric(trial.id, {}, { signal })) {
		const { epoch, updates, trainLoss, trainAccuracy, valAccuracy, epochSeconds } = point;
		if (trainAccuracy === null || valAccuracy === null) break;
		epochs.push({ epoch, updates, trainLoss, trainAccuracy, valAccuracy, epochSeconds });
	}
	if (epochs.length === 0) return [];
	const { batchSize, eta, lambda } = trial.configuration;
	return [
		{
			...{ trialId: trial.id, batchSize, eta, lambda, seed: trial.seed, diverged, epochs },
			testAccuracy: trial.result?.testAccuracy ?? null,
		},
	];
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
