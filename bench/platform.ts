/**
 * What the platform does without any training, on the embedded cloud with the settings of `npm start`: fsync on, checked.
 * usage: node bench/platform.ts [--places 1000000] [--quick]
 * Postgres, SQS and S3 are one process and its children, the API another, workers that train nothing two more, and this one
 * asks. `--places` is the size of the largest board in the database; `--quick` takes fewer samples. Any refused or wrong answer
 * ends the bench. Writes bench/results/platform.json.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBoardOverHttp, measureRunningBoard } from './platform/boards.ts';
import { type BenchCloud, startBenchCloud } from './platform/cloud.ts';
import { measureClaims, measureQueue } from './platform/queue.ts';
import { type Line, printLine, writeReport } from './platform/report.ts';
import { measureRequests } from './platform/requests.ts';
import { seedBoards, seedRunningBoard } from './platform/seed-boards.ts';
import { measurePosts } from './platform/submit.ts';
import { measureEpochs, measureTrials } from './platform/throughput.ts';

const configurations = 10_000;

type Say = (line: Line) => void;
const figures = (p: { p50: number; p99: number; samples: number }) =>
	`p50 ${p.p50.toFixed(1)}, p99 ${p.p99.toFixed(1)} of ${p.samples}`;

/** Connections are tried at several counts: few leave the disk idle, many cost switches. The best is what can be had. */
async function benchDatabase(cloud: BenchCloud, say: Say, trials: number): Promise<void> {
	const tried: { width: number; trials: number; epochs: number }[] = [];
	for (const width of [8, 16, 32]) {
		const workers = cloud.openAsWorker(width);
		tried.push({
			width,
			trials: await measureTrials(cloud.db, workers, { width, trials }),
			epochs: await measureEpochs(cloud.db, workers, { width, epochs: Math.ceil(trials / width) }),
		});
		await workers.close();
	}
	for (const [what, name, target] of [
		['trials claimed and finished, database only', 'trials', { target: 2000 }],
		['epochs recorded', 'epochs', {}],
	] as const) {
		const value = Math.max(...tried.map((one) => one[name]));
		const more = tried.map((one) => `${one.width} connections: ${Math.round(one[name])}`).join(', ');
		say({ what, value, unit: 'per second', ...target, more });
	}
}

async function benchApi(cloud: BenchCloud, baseUrl: string, say: Say, scale: number): Promise<void> {
	const hundred = await measurePosts(baseUrl, 100, 100 * scale);
	say({ what: 'POST of 100 trials, p99', value: hundred.p99, unit: 'ms', more: figures(hundred) });
	const thousand = await measurePosts(baseUrl, 1000, 50 * scale);
	say({ what: 'POST of 1,000 trials, p99', value: thousand.p99, unit: 'ms', target: 300, more: figures(thousand) });
	// What those have left in the outbox would be in the way of what follows.
	await cloud.db.sql`truncate sweep, configuration, trial, outbox cascade`;
}

async function benchQueue(cloud: BenchCloud, baseUrl: string, say: Say, scale: number): Promise<void> {
	const claims = await measureClaims(cloud, baseUrl, 100 * scale);
	say({
		what: 'commit → claim, a waiting worker, p50',
		value: claims.p50,
		unit: 'ms',
		target: 60,
		more: figures(claims),
	});
	const perSecond = await measureQueue(cloud, baseUrl, { workers: 16, trials: 1500 * scale });
	say({ what: 'trials through the embedded SQS, 16 workers', value: perSecond, unit: 'per second', target: 200 });
}

async function benchBoards(cloud: BenchCloud, baseUrl: string, say: Say, places: number, scale: number) {
	const first = await seedBoards(cloud.db, { sweeps: 1, configurations });
	const alone = await measureBoardOverHttp(baseUrl, first, 100 * scale);
	say({
		what: 'top 100 of 10,000 configurations, p99',
		value: alone.p99,
		unit: 'ms',
		target: 25,
		more: figures(alone),
	});
	const live = await seedRunningBoard(cloud.db, { configurations, left: 50 * scale });
	const running = await measureRunningBoard({ db: cloud.db, baseUrl }, live);
	say({
		what: 'the same while its sweep runs, p99',
		value: running.p99,
		unit: 'ms',
		target: 25,
		more: figures(running),
	});
	const sweepId = await seedBoards(cloud.db, { sweeps: Math.ceil(places / configurations), configurations });
	const among = await measureBoardOverHttp(baseUrl, sweepId, 100 * scale);
	const size = places.toLocaleString('en');
	say({ what: `the same among ${size} places, p99`, value: among.p99, unit: 'ms', target: 100, more: figures(among) });
	return sweepId;
}

async function benchRequests(cloud: BenchCloud, baseUrl: string, say: Say, requests: number): Promise<void> {
	const [row] = await cloud.db.sql<{ sweep_id: string; trial_id: string }[]>`
		select sweep_id, trial_id from result order by trial_id limit 1`;
	if (!row) throw new Error('no trial has ended');
	const input = { sweepId: row.sweep_id, trialId: row.trial_id, clients: 64, requests };
	const { perSecond, milliseconds } = await measureRequests(baseUrl, input);
	say({ what: 'API reads, 64 clients', value: perSecond, unit: 'per second', more: figures(milliseconds) });
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { places: { type: 'string', default: '1000000' }, quick: { type: 'boolean', default: false } },
	});
	const scale = values.quick ? 1 : 3;
	const loadBefore = loadavg()[0] as number;
	const lines: Line[] = [];
	const say: Say = (line) => {
		lines.push(line);
		printLine(line);
	};
	const cloud = await startBenchCloud();
	try {
		const api = await cloud.startApi();
		try {
			await benchApi(cloud, api.baseUrl, say, scale);
			await benchQueue(cloud, api.baseUrl, say, scale);
			await benchRequests(cloud, api.baseUrl, say, 3000 * scale);
		} finally {
			await api.stop();
		}
		// Before the boards: what autovacuum and the checkpoints do about a million new rows would be measured with it.
		await benchDatabase(cloud, say, 1500 * scale);
		const reader = await cloud.startApi();
		try {
			await benchBoards(cloud, reader.baseUrl, say, Number(values.places), scale);
		} finally {
			await reader.stop();
		}
	} finally {
		await cloud.stop();
	}
	await writeReport(lines, loadBefore);
}

await main();
