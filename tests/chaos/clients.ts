import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Client, createClient } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Acknowledged } from './checker.ts';
import type { Random } from './random.ts';

/** Sixteen trials that train in a blink; every such sweep asks for the same, so that their numbers can be compared. */
function shortSpec(name: string, diverges: boolean): SweepSpecInput {
	return {
		name,
		dataset: { name: 'spirals' },
		model: { preset: 'mlp', hidden: [8] },
		grid: { batchSize: [500, 1000], eta: diverges ? [0.1, 1e9] : [0.1, 0.5], lambda: [0, 0.9] },
		seeds: [0, 1],
		epochs: 4,
	};
}

/** Four trials of a second or two: what interrupts them comes after a checkpoint. */
function longSpec(name: string): SweepSpecInput {
	return {
		name,
		dataset: { name: 'spirals' },
		model: { preset: 'mlp', hidden: [256, 256] },
		grid: { batchSize: [100], eta: [0.1, 0.2], lambda: [0.9] },
		seeds: [0, 1],
		epochs: 30,
	};
}

/** Callers who never give up, and never make a second sweep of one. */
export type Clients = {
	acknowledged: Acknowledged[];
	/** Promises that were broken towards a caller. */
	violations: string[];
	/** Submits a sweep and repeats it until it is answered; then sometimes once more, which must answer the same. */
	submit(): Promise<void>;
	/** Does something to a sweep or a trial that was acknowledged, and does not mind a refusal. */
	meddle(): Promise<string>;
	/** Lets every paused sweep go on. */
	resumeAll(): Promise<void>;
};

export function createClients(input: { urls: string[]; random: Random }): Clients {
	const { urls, random } = input;
	const retry = { attempts: 1, baseDelayMs: 1, maxDelayMs: 1, maxRetryAfterMs: 1 };
	const clients = urls.map((baseUrl) => createClient({ baseUrl, retry, timeoutMs: 8_000 }));
	const acknowledged: Acknowledged[] = [];
	const violations: string[] = [];
	let made = 0;

	const insist = async <T>(call: (client: Client) => Promise<T>): Promise<T> => {
		for (;;) {
			try {
				return await call(random.pick(clients));
			} catch (error) {
				const passes =
					!(error instanceof ApiError) ||
					error.problem.status >= 500 ||
					error.problem.code === 'idempotency_in_progress';
				if (!passes) throw error;
				await sleep(random.between(20, 200));
			}
		}
	};

	const submit = async () => {
		const name = `chaos ${made++}`;
		const diverges = random.unit() < 0.2;
		const spec = made % 3 === 1 ? longSpec(name) : shortSpec(name, diverges);
		const idempotencyKey = `key-${name.replace(' ', '-')}`;
		const { id } = await insist((client) => client.createSweep(spec, { idempotencyKey }));
		acknowledged.push({ key: idempotencyKey, sweepId: id });
		if (random.unit() > 0.3) return;
		const again = await insist((client) => client.createSweep(spec, { idempotencyKey }));
		if (again.id !== id) violations.push(`${idempotencyKey} was answered with ${id}, then with ${again.id}`);
	};

	const meddle = async () => {
		const client = random.pick(clients);
		const what = random.weighted({
			cancelTrial: 4,
			cancelSweep: 1,
			pause: 3,
			resume: 3,
			stop: 1,
			retryFailed: 1,
			retryTrial: 1,
			extend: 2,
		});
		const { sweepId } = random.pick(acknowledged.slice(-4));
		if (what === 'cancelTrial') {
			const { items } = await client.listTrials(sweepId, { limit: 50 });
			await client.cancelTrial(random.pick(items).id);
		} else if (what === 'cancelSweep') await client.cancelSweep(sweepId);
		else if (what === 'pause') await client.pauseSweep(sweepId);
		else if (what === 'resume') await client.resumeSweep(sweepId);
		else if (what === 'stop') await client.stopSweep(sweepId);
		else if (what === 'retryFailed') await client.retryFailed(sweepId);
		else if (what === 'retryTrial') {
			const { items } = await client.listTrials(sweepId, { limit: 50 });
			await client.retryTrial((items.find(({ state }) => state === 'failed') ?? random.pick(items)).id);
		} else await client.extendSweep(sweepId, { seeds: [2] });
		return what;
	};

	const resumeAll = async () => {
		for (const { sweepId } of acknowledged) {
			const { state } = await insist((client) => client.getSweep(sweepId));
			if (state === 'paused') await insist((client) => client.resumeSweep(sweepId));
		}
	};
	return { acknowledged, violations, submit, meddle, resumeAll };
}
