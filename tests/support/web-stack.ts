import { existsSync } from 'node:fs';
import type { Access } from '@basin/api/access/identity.ts';
import { createApp } from '@basin/api/app.ts';
import type { Lab } from '@basin/api/lab.ts';
import { type RunningServer, startServer } from '@basin/api/server.ts';
import { defaultProject } from '@basin/core/contracts/access.ts';
import type { Db } from '@basin/db/client.ts';
import { createSweep } from '@basin/db/sweeps/create.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSpec } from './samples.ts';

export const webDir = new URL('../../apps/web/dist', import.meta.url).pathname;
export const isWebBuilt = existsSync(`${webDir}/index.html`);

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** API and built web app on a database, without workers: what trains is the test. Uploads are kept in memory. */
export function serveWeb(db: Db, port = 0, access: Access = { open: true }, lab?: Lab): Promise<RunningServer> {
	const objects = new Map<string, Uint8Array>();
	const app = createApp({
		db,
		log: silent,
		presign: async (key) => `http://127.0.0.1:1/${key}`,
		datasets: {
			presignPut: async (key) => `http://127.0.0.1:1/${key}`,
			read: async (key, sizeBytes) => {
				const object = objects.get(key);
				return object?.byteLength === sizeBytes ? object : null;
			},
			write: async (key, content) => void objects.set(key, content),
		},
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access,
		...(lab === undefined ? {} : { lab }),
		webDir,
	});
	return startServer({ app, host: '127.0.0.1', port });
}

/** A sweep of 2 × 3 × 2 configurations with two seeds; all its trials wait. */
export async function gridSweep(db: Db, name: string): Promise<{ sweepId: string; trialIds: string[] }> {
	const grid = { batchSize: [10, 1000], eta: [0.01, 0.1, 1], lambda: [0, 0.9] };
	const configurations = grid.batchSize.flatMap((batchSize) =>
		grid.eta.flatMap((eta) => grid.lambda.map((lambda) => ({ batchSize, eta, lambda }))),
	);
	const spec = sampleSpec({ name, grid, seeds: [0, 1], labels: { team: 'vision' } });
	const { sweep } = await createSweep({
		db,
		input: { projectId: defaultProject.id, spec, configurations, trainSize: 54_000 },
	});
	const trials = await db.sql<{ id: string }[]>`
		select id from trial where sweep_id = ${sweep.id} order by configuration_no, seed`;
	return { sweepId: sweep.id, trialIds: trials.map(({ id }) => id) };
}

/** Trains as a worker would tell it: two epochs, and a result that depends on the trial's place; `diverged`: no result. */
export async function trainTrial(db: Db, trialId: string, place: number, diverged = false): Promise<void> {
	const claimed = await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 });
	const attempt = { db, trialId, attemptNo: claimed!.attemptNo };
	const valAccuracy = 0.9 + place / 1000;
	const epochSecondsMedian = 0.1 + ((place * 7) % 24) / 100;
	for (const epoch of [1, 2]) await recordEpoch({ ...attempt, metrics: sampleMetrics(epoch, { valAccuracy }) });
	const files = { device: sampleDevice, artifacts: [] };
	if (diverged) await failTrial({ ...attempt, ...files, reason: 'diverged', message: 'The loss became infinite.' });
	else
		await finishTrial({
			...attempt,
			...files,
			result: {
				...sampleResult({ valAccuracy, epochSecondsMedian }),
				milestones: [{ valAccuracy, trainSeconds: epochSecondsMedian }],
			},
		});
}

/** A sweep that has ended with so many configurations on its board, one seed each. */
export async function largeBoard(db: Db, configurations: number): Promise<string> {
	const points = Array.from({ length: configurations }, (_, i) => ({
		batchSize: 10 ** (1 + (i % 4)),
		eta: (1 + Math.floor(i / 4)) / 1e4,
		lambda: 0,
	}));
	const spec = sampleSpec({ name: 'large board' });
	const { sweep } = await createSweep({
		db,
		input: { projectId: defaultProject.id, spec, configurations: points, trainSize: 54_000 },
	});
	const { sql } = db;
	await sql`insert into device ${sql({ key: sampleDevice.key, body: sql.json(sampleDevice) })} on conflict do nothing`;
	await sql`
		insert into leaderboard_entry (sweep_id, configuration_no, device_key, hash, batch_size, eta, lambda, succeeded,
			diverged, best_mean, final_mean, epoch_seconds_median, epoch_seconds_low, epoch_seconds_high, epoch_seconds_mean,
			update_seconds_median, best_trial_id, final_best_trial_id, dataset, model)
		select configuration.sweep_id, configuration.configuration_no, ${sampleDevice.key}, configuration.hash,
			configuration.batch_size, configuration.eta, configuration.lambda, 1, false, accuracy, accuracy, seconds, seconds,
			seconds, seconds, seconds / 500, trial.id, trial.id, 'mnist', 'softmax'
		from configuration
		join trial on trial.sweep_id = configuration.sweep_id and trial.configuration_no = configuration.configuration_no,
			lateral (select 0.9 + configuration.configuration_no / 2e5 as accuracy,
				0.1 + configuration.configuration_no % 97 / 100.0 as seconds) as measured
		where configuration.sweep_id = ${sweep.id}`;
	await sql`
		update sweep set state = 'completed', started_at = now(), finished_at = now(),
			final_counts = ${sql.json({ succeeded: configurations })}
		where id = ${sweep.id}`;
	return sweep.id;
}

/** So many ended sweeps of one configuration, each with its board's row: what a list shows of a busy year. */
export async function manySweeps(db: Db, sweeps: number): Promise<void> {
	const spec = sampleSpec({ name: 'one of many', labels: { team: 'vision' } });
	const configurations = [{ batchSize: 10, eta: 0.1, lambda: 0 }];
	const { sweep } = await createSweep({
		db,
		input: { projectId: defaultProject.id, spec, configurations, trainSize: 54_000 },
	});
	const [trial] = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweep.id}`;
	await trainTrial(db, trial!.id, 0);
	await db.sql`
		insert into sweep
		select (jsonb_populate_record(sweep, jsonb_build_object(
			'id', 'swp_' || lpad(n::text, 26, '0'), 'name', 'sweep ' || n, 'created_at', sweep.created_at - n * interval '1 hour'
		))).*
		from sweep, generate_series(1, ${sweeps - 1}) as n where sweep.id = ${sweep.id}`;
	await db.sql`
		insert into leaderboard_entry
		select (jsonb_populate_record(entry, jsonb_build_object('sweep_id', 'swp_' || lpad(n::text, 26, '0')))).*
		from leaderboard_entry as entry, generate_series(1, ${sweeps - 1}) as n where entry.sweep_id = ${sweep.id}`;
}
