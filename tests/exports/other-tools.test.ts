import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startServer } from '@basin/api/server.ts';
import { testApp } from '@basin/api/testing/app.ts';
import { callBasin } from '@basin/cli/testing/run-basin.ts';
import { createClient, exportedLines } from '@basin/client';
import type { SweepMetricsPoint, Trial } from '@basin/core/contracts/api.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { testDatabase } from '../support/postgres.ts';
import { pythonWith } from '../support/python.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../support/samples.ts';

const python = await pythonWith('exports', ['tensorboard==2.21.0', 'mlflow-skinny==3.17.2', 'pyarrow==26.0.1']);
/** Says why where they cannot be installed here. */
const skipped = 'missing' in python ? { skip: python.missing } : {};
const json = 'json' in python ? python.json : () => assert.fail();

const { db } = await testDatabase();
const server = await startServer({ app: testApp({ db }).app, host: '127.0.0.1', port: 0 });
const folder = mkdtempSync(join(tmpdir(), 'basin-exports-'));
after(async () => {
	await server.stop({ graceMs: 0 });
	rmSync(folder, { recursive: true, force: true });
});

const script = (name: string) => new URL(name, import.meta.url).pathname;
const exported = async (...args: string[]) => {
	const { code, stderr } = await callBasin(['export', ...args], { url: server.url });
	assert.equal(code, 0, stderr);
};

/** Three trials: one succeeded, one diverged in its second epoch, one has not begun. Its numbers need all 53 bits. */
async function mixedSweep(): Promise<string> {
	const { sweepId, trialIds } = await sampleSweep(db, {
		name: 'déjà vu: =1+1',
		configurations: 3,
		labels: { team: 'vision' },
	});
	const claim = async (trialId: string) => (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
	const [first, second] = trialIds as [string, string];
	const { attemptNo } = await claim(first);
	for (const epoch of [1, 2])
		await recordEpoch({
			db,
			trialId: first,
			attemptNo,
			metrics: sampleMetrics(epoch, { trainLoss: 1 / 3 / epoch, epochSeconds: 0.1 + 0.2 }),
		});
	await finishTrial({ db, trialId: first, attemptNo, device: sampleDevice, artifacts: [], result: sampleResult() });
	const { attemptNo: other } = await claim(second);
	await recordEpoch({ db, trialId: second, attemptNo: other, metrics: sampleMetrics(1) });
	const broken = sampleMetrics(2, { trainLoss: null, valLoss: null, valAccuracy: null });
	await recordEpoch({ db, trialId: second, attemptNo: other, metrics: broken });
	const ended = {
		device: sampleDevice,
		artifacts: [],
		reason: 'diverged' as const,
		message: 'The loss became infinite.',
	};
	await failTrial({ db, trialId: second, attemptNo: other, ...ended });
	return sweepId;
}

async function all(rows: AsyncIterable<unknown>): Promise<unknown[]> {
	const found = [];
	for await (const row of rows) found.push(row);
	return found;
}

let sweepId: string;
let trials: Trial[];
let points: SweepMetricsPoint[];

before(async () => {
	sweepId = await mixedSweep();
	const client = createClient({ baseUrl: server.url });
	const rows = (table: 'trials' | 'metrics') => exportedLines(client.exportSweep(sweepId, { table, format: 'ndjson' }));
	trials = (await all(rows('trials'))) as Trial[];
	points = (await all(rows('metrics'))) as SweepMetricsPoint[];
});

const pointsOf = (trial: Trial) => points.filter(({ trialId }) => trialId === trial.id);
const runName = ({ configuration, seed }: Trial) =>
	`B${configuration.batchSize}_eta${configuration.eta}_lambda${configuration.lambda}_seed${seed}`;
const orNan = (value: number | null) => value ?? 'nan';

describe('an exported sweep', () => {
	it(
		'is read by TensorBoard: every value of every epoch, hyperparameters, and how each trial ended',
		skipped,
		async () => {
			const out = join(folder, 'runs');
			await exported(sweepId, '--what', 'tensorboard', '--out', out);
			// Again: what is there is replaced, not added to.
			await exported(sweepId, '--what', 'tensorboard', '--out', out);
			const series = (trial: Trial, read: (point: SweepMetricsPoint) => number | string | null) =>
				pointsOf(trial)
					.map((point) => [point.epoch, Date.parse(point.recordedAt) / 1000, read(point)])
					.filter(([, , value]) => value !== null);
			const expected = trials.map((trial, i) => [
				runName(trial),
				{
					scalars:
						pointsOf(trial).length === 0
							? {}
							: {
									'loss/train': series(trial, (point) => orNan(point.trainLoss)),
									'loss/validation': series(trial, (point) => orNan(point.valLoss)),
									'accuracy/train': series(trial, (point) => point.trainAccuracy),
									'accuracy/validation': series(trial, (point) => point.valAccuracy),
									'seconds/epoch': series(trial, (point) => point.epochSeconds),
									'seconds/validation': series(trial, (point) => point.validationSeconds),
								},
					hparams: { ...trial.configuration, seed: trial.seed, epochs: 2, dataset: 'mnist', model: 'softmax' },
					group: trial.configurationHash,
					started: Date.parse(trial.startedAt ?? trial.createdAt) / 1000,
					status: [1, 2, 0][i],
				},
			]);
			assert.deepEqual(await json(script('./read_tensorboard.py'), [out]), Object.fromEntries(expected));
		},
	);

	it(
		'is read by MLflow: an experiment with a run for each trial, its parameters, metrics by step, and tags',
		skipped,
		async () => {
			const out = join(folder, 'mlruns');
			await exported(sweepId, '--what', 'mlflow', '--out', out);
			await exported(sweepId, '--what', 'mlflow', '--out', out);
			const read = (await json(script('./read_mlflow.py'), [out])) as Record<string, Record<string, MlflowRun>>;
			assert.deepEqual(Object.keys(read), [`déjà vu: =1+1 ${sweepId}`]);
			const runs = Object.values(read)[0]!;
			assert.deepEqual(Object.keys(runs).toSorted(), trials.map(runName).toSorted());
			for (const [i, trial] of trials.entries()) {
				const { status, started, ended, params, tags, metrics } = runs[runName(trial)]!;
				assert.equal(status, ['FINISHED', 'FAILED', 'SCHEDULED'][i]);
				assert.equal(started, Date.parse(trial.startedAt ?? trial.createdAt));
				assert.equal(ended, trial.finishedAt === null ? null : Date.parse(trial.finishedAt));
				const { batchSize, eta, lambda } = trial.configuration;
				const expected = { batchSize, eta, lambda, seed: 0, epochs: 2, dataset: 'mnist', model: 'softmax' };
				assert.deepEqual(
					params,
					Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, `${value}`])),
				);
				assert.equal(tags['basin.trialId'], trial.id);
				assert.equal(tags['basin.reason'], trial.reason ?? undefined);
				assert.equal(tags['basin.message'], trial.message ?? undefined);
				assert.equal(tags['basin.labels'], '{"team":"vision"}');
				const series = (name: 'trainLoss' | 'valLoss' | 'epochSeconds') =>
					pointsOf(trial).map((point) => [point.epoch, Date.parse(point.recordedAt), orNan(point[name])]);
				for (const name of ['trainLoss', 'valLoss', 'epochSeconds'] as const)
					assert.deepEqual(metrics[name] ?? [], series(name), name);
				assert.deepEqual(
					metrics.bestValAccuracy?.map(([step, , value]) => [step, value]),
					i === 0 ? [[2, 0.95]] : undefined,
				);
			}
		},
	);

	it('is read by Arrow from Parquet: the same rows and numbers as NDJSON, with types', skipped, async () => {
		const out = join(folder, 'metrics.parquet');
		await exported(sweepId, '--what', 'metrics', '--out', out);
		const { types, rows } = (await json(script('./read_parquet.py'), [out])) as ArrowTable;
		assert.deepEqual(
			rows,
			points.map(({ configuration, recordedAt, ...point }) => ({
				...point,
				...configuration,
				recordedAt: Date.parse(recordedAt),
			})),
		);
		assert.deepEqual(
			{ trainLoss: types.trainLoss, updates: types.updates, trialId: types.trialId, recordedAt: types.recordedAt },
			{ trainLoss: 'double', updates: 'int64', trialId: 'string', recordedAt: 'timestamp[ms, tz=UTC]' },
		);
		for (const what of ['leaderboard', 'trials']) {
			const file = join(folder, `${what}.parquet`);
			await exported(sweepId, '--what', what, '--out', file);
			const table = (await json(script('./read_parquet.py'), [file])) as ArrowTable;
			assert.equal(table.rows.length, what === 'trials' ? 3 : 2);
		}
	});
});

type MlflowRun = {
	status: string;
	started: number;
	ended: number | null;
	params: Record<string, string>;
	tags: Record<string, string>;
	metrics: Record<string, [number, number, number | string][]>;
};
type ArrowTable = { types: Record<string, string>; groups: number; rows: Record<string, unknown>[] };
