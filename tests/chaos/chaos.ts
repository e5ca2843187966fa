import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../support/wait.ts';
import { type Checked, check } from './checker.ts';
import { type Clients, createClients } from './clients.ts';
import type { Fault } from './fault-proxy.ts';
import { createRandom, type Random } from './random.ts';
import { startWorld, type World } from './world.ts';

/** How often each happens, against the others; about one of them a second. */
const strikes = {
	killWorker: 2,
	stallWorker: 2,
	terminateWorker: 2,
	killApi: 2,
	cutConnections: 2,
	purgeQueue: 2,
	meddle: 8,
	crashPostgres: 1,
};
type Strike = keyof typeof strikes;

/** What can happen to a call of SQS or S3, and to a batch of messages; `none` most often. */
const callFaults = { none: 20, refuse: 1, drop: 1, loseAnswer: 1, delay: 1 } as const;
const batchFaults = { none: 3, refuse: 1, drop: 1, loseAnswer: 1, delay: 1, repeat: 2, partial: 2 } as const;
/** Longer than a lease, so that the trial is another's when the worker wakes. */
const stallMs = 4_000;
/** Trials that wait or run; with fewer, another sweep is submitted. */
const openTrials = 40;
/** After the faults have ended, everything must be at rest within this. */
const healSeconds = 120;

export type ChaosReport = {
	seed: number;
	seconds: number;
	/** How often each was done. */
	strikes: Record<string, number>;
	faults: Record<Fault, number>;
	checked: Checked;
};

/**
 * Runs all of Basin for so long while everything around it fails, then lets it come to rest and checks what is there.
 * @param seed decides what happens in which order; when, the machine decides
 */
export async function runChaos({ seconds, seed }: { seconds: number; seed: number }): Promise<ChaosReport> {
	const random = createRandom(seed);
	const [ofCall, ofBatch] = [random.deck(callFaults), random.deck(batchFaults)];
	const chooseFault = (isBatch: boolean): Fault | null => {
		const drawn = isBatch ? ofBatch() : ofCall();
		return drawn === 'none' ? null : drawn;
	};
	const world = await startWorld({ random, chooseFault, workers: 2 });
	const clients = createClients({ urls: world.apis.map(({ url }) => url), random });
	const counts: Record<string, number> = {};
	try {
		const until = performance.now() + seconds * 1000;
		await Promise.all([submitUntil(until, world, clients), strikeUntil(until, { world, clients, random, counts })]);
		world.proxy.heal();
		for (const worker of world.workers) worker.signal('SIGCONT');
		await clients.resumeAll();
		await waitFor('everything to be at rest', healSeconds * 1000, () => isAtRest(world), 200).catch(() => undefined);
		const checked = await check({ ...world, acknowledged: clients.acknowledged });
		checked.violations.push(...clients.violations);
		return { seed, seconds, strikes: counts, faults: world.proxy.counts, checked };
	} finally {
		await world.stop();
	}
}

async function submitUntil(until: number, { db }: World, clients: Clients): Promise<void> {
	while (performance.now() < until) {
		const [row] = await db.sql<{ open: number }[]>`
			select count(*)::integer as open from trial join sweep on sweep.id = sweep_id
			where trial.state in ('pending', 'queued', 'running') and sweep.state <> 'paused'`.catch(() => []);
		if (row && row.open < openTrials) await clients.submit();
		else await sleep(100);
	}
}

type Stage = { world: World; clients: Clients; random: Random; counts: Record<string, number> };

async function strikeUntil(until: number, stage: Stage): Promise<void> {
	const { random, counts } = stage;
	const draw = random.deck(strikes);
	await waitFor('the first sweep to be acknowledged', 60_000, () => stage.clients.acknowledged.length > 0);
	while (performance.now() < until) {
		const strike = draw();
		const told = await strikeOnce(strike, stage).catch(() => null);
		if (told) counts[told] = (counts[told] ?? 0) + 1;
		await sleep(random.between(300, 1_500));
	}
}

/** Answers what was done; null: nothing was there to do it to. */
async function strikeOnce(strike: Strike, { world, clients, random }: Stage): Promise<string | null> {
	const worker = random.pick(world.workers);
	switch (strike) {
		case 'killWorker':
			return worker.signal('SIGKILL') ? strike : null;
		case 'terminateWorker':
			return worker.signal('SIGTERM') ? strike : null;
		case 'stallWorker':
			if (!worker.signal('SIGSTOP')) return null;
			setTimeout(() => worker.signal('SIGCONT'), stallMs);
			return strike;
		case 'killApi':
			return random.pick(world.apis).kept.signal('SIGKILL') ? strike : null;
		case 'cutConnections':
			await world.db.sql`
				select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('basin-api', 'basin-worker')`;
			return strike;
		case 'purgeQueue':
			await world.purgeQueue();
			return strike;
		case 'crashPostgres':
			await world.crashPostgres();
			return strike;
		case 'meddle':
			return clients.meddle();
	}
}

async function isAtRest({ db }: World): Promise<boolean> {
	const [row] = await db.sql<{ open: number }[]>`
		select (select count(*) from sweep where finished_at is null)::integer + (select count(*) from outbox)::integer as open`;
	return row!.open === 0;
}

/** The report as a person reads it. */
export function describeReport({ seed, seconds, strikes, faults, checked }: ChaosReport): string {
	const list = (counts: Record<string, number>) =>
		Object.entries(counts)
			.map(([name, count]) => `${count} ${name}`)
			.join(', ');
	const { violations, ...numbers } = checked;
	return [
		`chaos: seed ${seed}, ${seconds} s`,
		`done to processes, database, queue and sweeps: ${list(strikes)}`,
		`done to calls of SQS and S3: ${list(faults)}`,
		`at rest: ${list(numbers)}`,
		violations.length === 0 ? 'every promise holds' : `${violations.length} violations:\n${violations.join('\n')}`,
	].join('\n');
}
