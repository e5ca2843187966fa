import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SweepMetricsPoint, Trial } from '@basin/core/contracts/api.ts';
import { readSnapshot } from '@basin/db/exports/snapshot.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { parquetReadObjects } from 'hyparquet';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { sampleMetrics, sampleSweep } from '../../../tests/support/samples.ts';
import { waitFor } from '../../../tests/support/wait.ts';
import { startServer } from '../server.ts';
import { readProblem, testApp } from '../testing/app.ts';

const { db } = await testDatabase();
const { app, log } = testApp({ db });
const types = { csv: 'text/csv', ndjson: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' };
const metrics = (sweepId: string) => `/v1/sweeps/${sweepId}/metrics`;
const trials = (sweepId: string, query = '') => `/v1/sweeps/${sweepId}/trials${query}`;
const ask = (path: string, accept: string, method = 'GET') => app.request(path, { method, headers: { accept } });
const jsonLines = (text: string) =>
	text
		.split('\n')
		.slice(0, -1)
		.map((line) => JSON.parse(line) as unknown);

/** Rows as the database has them, in bulk: no test of these is about how an epoch is recorded. */
async function fillEpochs(sweepId: string, epochs: number): Promise<void> {
	await db.sql`
		insert into epoch (trial_id, epoch, attempt_no, updates, train_loss, train_accuracy, val_loss, val_accuracy, epoch_seconds, validation_seconds)
		select id, no, 1, no * 540, 1.0 / no, 0.9, 1.0 / (no + 1), 0.9, 0.2, 0.01
		from trial, generate_series(1, ${epochs}) as no where sweep_id = ${sweepId}`;
	await db.sql`update trial set epochs_done = ${epochs} where sweep_id = ${sweepId}`;
}

const openTransactions = async () => {
	const [row] = await db.sql<[{ open: number }]>`
		select count(*) as open from pg_stat_activity
		where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`;
	return row.open;
};
const untilClosed = () => waitFor('every transaction to end', 5_000, async () => (await openTransactions()) === 0);

describe('the metrics of a sweep', () => {
	it('are every epoch of every trial, by configuration, seed and epoch, the same in every format', async () => {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2, seeds: [3, 5] });
		for (const trialId of trialIds.toReversed()) {
			const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
			for (const epoch of [1, 2])
				await recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(epoch, { trainLoss: null }) });
		}
		const points = jsonLines(await (await ask(metrics(sweepId), '*/*')).text()).map((line) =>
			SweepMetricsPoint.parse(line),
		);
		assert.deepEqual(
			points.map(({ configuration, seed, epoch }) => [configuration.eta, seed, epoch]),
			[0.001, 0.002].flatMap((eta) => [3, 5].flatMap((seed) => [1, 2].map((epoch) => [eta, seed, epoch]))),
		);
		assert.deepEqual(
			points.map(({ trialId }) => trialId),
			trialIds.flatMap((id) => [id, id]),
		);
		assert.deepEqual(points[1], { ...points[1], ...sampleMetrics(2, { trainLoss: null }), attemptNo: 1 });

		const csv = (await (await ask(metrics(sweepId), types.csv)).text()).split('\r\n');
		assert.equal(csv.length, 2 + points.length);
		const cells = Object.fromEntries(csv[0]!.split(',').map((name, i) => [name, csv[2]!.split(',')[i]]));
		const { configuration, recordedAt, trialId, ...rest } = points[1]!;
		const flat = { trialId, ...configuration, ...rest, recordedAt };
		assert.deepEqual(cells, Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, `${value ?? ''}`])));

		const file = await (await ask(metrics(sweepId), types.parquet)).arrayBuffer();
		const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[];
		assert.equal(rows.length, points.length);
		const integers = ['batchSize', 'seed', 'epoch', 'updates', 'attemptNo'];
		const expected = Object.entries(flat).map(([name, value]) => [
			name,
			integers.includes(name) ? BigInt(value as number) : value,
		]);
		assert.deepEqual(rows[1], { ...Object.fromEntries(expected), recordedAt: new Date(recordedAt) });
	});

	it('come in order where a trial has more epochs than a page', async () => {
		const { sweepId } = await sampleSweep(db, { configurations: 3, epochs: 10_000 });
		await fillEpochs(sweepId, 7_000);
		const points = jsonLines(await (await ask(metrics(sweepId), types.ndjson)).text()) as SweepMetricsPoint[];
		assert.equal(points.length, 21_000);
		assert.ok(points.every(({ epoch }, i) => epoch === (i % 7_000) + 1));
	});

	it('are of one moment, whatever is written while a client reads', async () => {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4, epochs: 10_000 });
		await fillEpochs(sweepId, 4_000);
		const reader = (await ask(metrics(sweepId), types.ndjson)).body!.getReader();
		const chunks = [(await reader.read()).value!];
		await db.sql`delete from epoch where trial_id = any(${trialIds})`;
		await db.sql`delete from trial where sweep_id = ${sweepId}`;
		for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
		assert.equal(jsonLines(Buffer.concat(chunks).toString()).length, 16_000);
	});
});

describe('the trials of a sweep', () => {
	it('are all there, as the API shows them, and filtered as the API filters', async () => {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 1_100, seeds: [0, 1] });
		const found = jsonLines(await (await ask(trials(sweepId), types.ndjson)).text()).map((line) => Trial.parse(line));
		assert.deepEqual(
			found.map(({ id }) => id),
			trialIds,
		);
		const one = await app.request(`/v1/trials/${trialIds[1500]}`);
		const { attempts: _, ...trial } = (await one.json()) as Trial & { attempts: unknown };
		assert.deepEqual(found[1500], trial);
		const query = `?state=pending&configuration=${found[7]!.configurationHash}`;
		const csv = await (await ask(trials(sweepId, query), types.csv)).text();
		assert.deepEqual(
			csv
				.split('\r\n')
				.slice(1, -1)
				.map((line) => line.split(',')[0]),
			trialIds.slice(6, 8),
		);
	});
});

describe('an export', () => {
	it('of a sweep that is not there is a 404 in every format, and not half a file', async () => {
		for (const accept of Object.values(types)) {
			for (const path of [metrics('swp_00000000000000000000000000'), trials('swp_00000000000000000000000000')]) {
				await readProblem(await ask(path, accept), 404, 'sweep_not_found');
			}
		}
	});

	it('says what the file is called and what is in it; HEAD reads nothing', async () => {
		const { sweepId } = await sampleSweep(db);
		for (const [extension, type] of Object.entries(types)) {
			for (const method of ['GET', 'HEAD']) {
				const answer = await ask(metrics(sweepId), type, method);
				assert.equal(answer.status, 200);
				assert.ok(answer.headers.get('content-type')!.startsWith(type));
				const name = `attachment; filename="metrics-${sweepId}.${extension}"`;
				assert.equal(answer.headers.get('content-disposition'), name);
				assert.match(answer.headers.get('vary')!, /^Accept(, Accept-Encoding)?$/);
				if (method === 'GET') await answer.arrayBuffer();
			}
		}
		await untilClosed();
	});

	it('reads no further than its client has read, and ends with it', async (t) => {
		const server = await startServer({ app, host: '127.0.0.1', port: 0 });
		t.after(() => server.stop({ graceMs: 0 }));
		const { sweepId } = await sampleSweep(db, { configurations: 20, epochs: 10_000 });
		await fillEpochs(sweepId, 5_000);
		const leaving = new AbortController();
		const answer = await fetch(server.url + metrics(sweepId), { signal: leaving.signal });
		await answer.body!.getReader().read();
		// Its 20 pages are 25 MB: more than the sockets between hold.
		assert.equal(await openTransactions(), 1);
		leaving.abort();
		await untilClosed();
	});

	it('asks for a page only when the one before was taken', async () => {
		let made = 0;
		const pages = readSnapshot(db, async function* () {
			for (;;) yield ++made;
		});
		const reader = pages.getReader();
		for (const page of [1, 2, 3]) {
			assert.equal((await reader.read()).value, page);
			assert.ok(made <= page + 1, `${made} pages were made when ${page} had been taken`);
		}
		await reader.cancel();
		await untilClosed();
	});

	it('whose database connection dies breaks off, so that nobody takes half a file for a whole one', async () => {
		const { sweepId } = await sampleSweep(db, { configurations: 4, epochs: 10_000 });
		await fillEpochs(sweepId, 4_000);
		const reader = (await ask(metrics(sweepId), types.ndjson)).body!.getReader();
		await reader.read();
		await db.sql`
			select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`;
		await assert.rejects(async () => {
			while (!(await reader.read()).done);
		});
		assert.ok(log.some(({ message }) => message === 'export broken off'));
		const again = await ask(metrics(sweepId), types.csv);
		assert.equal((await again.text()).split('\r\n').length, 16_002);
	});

	it('waits its turn: four at once leave connections for everybody else', async () => {
		const { sweepId } = await sampleSweep(db, { configurations: 2, epochs: 10_000 });
		await fillEpochs(sweepId, 6_000);
		const { app } = testApp({ db });
		const ask = () => app.request(metrics(sweepId));
		const running = await Promise.all([ask(), ask(), ask(), ask()]);
		assert.equal((await readProblem(await ask(), 503, 'unavailable')).status, 503);
		await running[0]!.body!.cancel();
		const next = await ask();
		assert.equal(next.status, 200);
		for (const answer of [...running.slice(1), next]) await answer.text();
		await untilClosed();
	});
});
