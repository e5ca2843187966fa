import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { databaseLogins } from '@basin/core/contracts/database-logins.ts';
import { startPostgres } from '../tests/support/postgres.ts';
import { sampleSweep } from '../tests/support/samples.ts';
import { openDatabase } from './client.ts';
import { grantLogins } from './grant-logins.ts';
import { migrate } from './migrate.ts';
import { cancelSweep } from './sweeps/cancel.ts';
import { claimTrial } from './trials/claim.ts';

// A server of its own: roles are the server's, and other tests count theirs.
const { url, stop } = await startPostgres();
after(stop);
await migrate(url);

test('a server that knows no IAM gets no login; one that does gets both, with what they need and no more', async () => {
	const [owner, api, worker] = [{}, { role: databaseLogins.api }, { role: databaseLogins.worker }].map((options) =>
		openDatabase(url, { max: 1, ...options }),
	) as [ReturnType<typeof openDatabase>, ReturnType<typeof openDatabase>, ReturnType<typeof openDatabase>];
	try {
		const roles = async () => (await owner.sql`select rolname from pg_roles`).map(({ rolname }) => rolname as string);
		await grantLogins(url);
		assert.ok(!(await roles()).includes(databaseLogins.api));

		// What RDS calls the role whose members sign in with a token.
		await owner.sql`create role rds_iam nologin`;
		await Promise.all([grantLogins(url), grantLogins(url)]);
		await grantLogins(url);

		const { sweepId, trialIds } = await sampleSweep(api);
		const claim = { trialId: trialIds[0]!, workerId: 'w1', leaseSeconds: 60 };
		assert.ok(await claimTrial({ db: worker, ...claim }), 'a worker claims');
		await cancelSweep({ db: api, sweepId });
		const denied = { code: '42501' };
		await assert.rejects(api.sql`alter table trial add column more text`, denied);
		await assert.rejects(worker.sql`select from trial`, denied);
		await assert.rejects(worker.sql`update trial set state = 'succeeded'`, denied);
	} finally {
		await Promise.all([owner, api, worker].map((db) => db.close()));
	}
});
