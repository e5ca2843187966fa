import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProject } from '@basin/db/projects/create.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { pythonWith } from '../../../tests/support/python.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../../tests/support/samples.ts';
import { waitFor } from '../../../tests/support/wait.ts';
import { noDatabase, testApp } from '../testing/app.ts';
import { issueToken, testTokenKey } from '../testing/tokens.ts';
import { createMetrics } from './metrics.ts';

const { db } = await testDatabase();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const metrics = createMetrics({ db, log });
const { app } = testApp({ db, metrics });
const python = await pythonWith('prometheus', ['prometheus-client==0.26.0']);

/** Of a series, by its name and labels as they are written. */
async function readMetric(series: string): Promise<number | undefined> {
	const text = await (await app.request('/metrics')).text();
	const line = text.split('\n').find((one) => one.startsWith(`${series} `));
	return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('/metrics', () => {
	it('tells what waits, runs, is late and has ended, each failure by its reason', async (t) => {
		t.after(() => metrics.stop());
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 5 });
		const [first, second, third] = trialIds as [string, string, string];
		const claim = (trialId: string, workerId: string) => claimTrial({ db, trialId, workerId, leaseSeconds: 60 });
		const { attemptNo } = (await claim(first, 'w1'))!;
		for (const epoch of [1, 2]) await recordEpoch({ db, trialId: first, attemptNo, metrics: sampleMetrics(epoch) });
		const end = { device: sampleDevice, artifacts: [] };
		await finishTrial({ db, trialId: first, attemptNo, ...end, result: sampleResult() });
		await claim(second, 'w1');
		await failTrial({
			db,
			trialId: second,
			attemptNo: 1,
			...end,
			reason: 'diverged',
			message: 'The loss became infinite.',
		});
		await claim(third, 'w1');
		await db.sql`update trial set lease_expires_at = now() - interval '30 seconds' where id = ${third}`;
		await db.sql`update outbox set due_at = now() - interval '1 minute' where trial_id = ${trialIds[4]!}`;
		await db.sql`insert into dead_letter (message_id, body, receive_count) values ('m1', '{}', 10)`;

		assert.equal(await readMetric('basin_database_up'), 1);
		assert.equal(await readMetric('basin_trials_waiting'), 2);
		assert.equal(await readMetric('basin_trials_running'), 1);
		assert.equal(await readMetric('basin_trials_ended{state="succeeded",reason=""}'), 1);
		assert.equal(await readMetric('basin_trials_ended{state="failed",reason="diverged"}'), 1);
		assert.equal(await readMetric('basin_dead_letters'), 1);
		assert.equal(await readMetric('basin_workers_seen'), 1);
		assert.ok(Math.abs((await readMetric('basin_lease_overdue_seconds'))! - 30) < 10);
		assert.ok(Math.abs((await readMetric('basin_outbox_overdue_seconds'))! - 60) < 10);
		// A connection tells the server's statistics at its own pace.
		await waitFor(
			'the statistics to arrive',
			30_000,
			async () => (await readMetric('basin_epochs_recorded_total')) === 2,
		);
		await waitFor(
			'the attempts to be counted',
			30_000,
			async () => (await readMetric('basin_attempts_started_total')) === 3,
		);
		await waitFor(
			'busy seconds',
			10_000,
			async () => ((await readMetric(`basin_device_busy_seconds_total{device="${sampleDevice.key}"}`)) ?? 0) > 0.5,
		);

		// An ended sweep's counts are frozen; they are the same.
		await db.sql`update trial set state = 'cancelled', lease_expires_at = null, finished_at = now() where sweep_id = ${sweepId} and state in ('running', 'pending')`;
		await db.sql`select close_sweep(${sweepId})`;
		assert.equal(await readMetric('basin_trials_ended{state="cancelled",reason=""}'), 3);
		assert.equal(await readMetric('basin_trials_ended{state="succeeded",reason=""}'), 1);
	});

	it('counts requests by the pattern of their route, so that ids make no series', async () => {
		const { sweepId } = await sampleSweep(db);
		for (const path of [
			`/v1/sweeps/${sweepId}`,
			`/v1/sweeps/${sweepId}`,
			'/v1/sweeps/swp_00000000000000000000000000',
			'/nothing/here',
		])
			await app.request(path);
		const count = (labels: string) => readMetric(`basin_http_request_duration_seconds_count{${labels}}`);
		assert.equal(await count('method="GET",route="/v1/sweeps/:sweepId",status="200"'), 2);
		assert.equal(await count('method="GET",route="/v1/sweeps/:sweepId",status="404"'), 1);
		assert.equal(await count('method="GET",route="none",status="404"'), 1);
	});

	it('tells of the process, and that the database is away, when it is', async () => {
		const without = createMetrics({ db: noDatabase(), log });
		const answer = await testApp({ metrics: without }).app.request('/metrics');
		without.stop();
		const text = await answer.text();
		assert.equal(answer.status, 200);
		assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
		assert.match(text, /^basin_database_up 0$/m);
		assert.match(text, /^process_resident_memory_bytes \d+$/m);
	});

	it('needs a token where the server is not open, and of the default project, since it tells of all', async () => {
		const closed = testApp({ db, metrics, access: { open: false, tokenKey: testTokenKey } }).app;
		const statusFor = async (token?: string) => {
			const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
			return (await closed.request('/metrics', { headers })).status;
		};
		assert.equal(await statusFor(), 401);
		assert.equal(await statusFor((await issueToken(db, { scope: 'read' })).token), 200);
		const { id: projectId } = await createProject({ db, input: { name: 'others', maxQueuedTrials: 1000 } });
		assert.equal(await statusFor((await issueToken(db, { scope: 'admin', projectId })).token), 403);
	});

	it('is there only where it was asked for', async () => {
		assert.equal((await testApp({ db }).app.request('/metrics')).status, 404);
	});

	it(
		'is read by Prometheus’ own parser, and its names follow the conventions',
		'missing' in python ? { skip: python.missing } : {},
		async () => {
			assert.ok('json' in python);
			const text = await (await app.request('/metrics')).text();
			const script = new URL('../testing/parse_metrics.py', import.meta.url).pathname;
			const families = (await python.json(script, [text])) as {
				name: string;
				type: string;
				help: string;
				samples: number;
			}[];
			const ours = families.filter(({ name }) => name.startsWith('basin_'));
			assert.ok(ours.length >= 12, `${ours.length} families`);
			for (const { name, type, help } of ours) {
				assert.ok(help.endsWith('.'), `${name}: ${help}`);
				assert.match(name, /^[a-z]+(_[a-z]+)*$/);
				// What promtool's linter asks for: base units, `_total` for counters and for nothing else.
				assert.doesNotMatch(name, /milliseconds|minutes|hours|kilobytes|megabytes|_(gauge|counter|histogram)$/);
				assert.ok(['gauge', 'counter', 'histogram'].includes(type), `${name} is ${type}`);
			}
		},
	);
});
