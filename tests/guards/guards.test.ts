import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { guards } from './guards.ts';
import { type Copy, copySources, mutate } from './mutant.ts';

const given = process.env.DATABASE_URL || process.env.BASIN_TEST_DATABASE_URL;
let server: PostgresServer | undefined;
let copy: Copy;
before(async () => {
	server = given ? undefined : await startPostgres();
	copy = await copySources(given ?? server!.url);
});
after(async () => {
	await copy.remove();
	await server?.stop();
});

test('every guard of the list is where the list says', async () => {
	assert.ok(guards.length >= 15);
	for (const guard of guards) await mutate(guard);
});

/** All of them take minutes: `npm run guards`. */
for (const name of ["finish_trial: the attempt's number", 'claim: only what is due', 'the Host header']) {
	test(`without its guard a test turns red: ${name}`, async () => {
		const guard = guards.find((one) => one.name === name);
		assert.ok(guard);
		assert.equal(await copy.passes(guard.killedBy), true, 'it is green with the guard');
		assert.equal(await copy.kills(guard), true);
	});
}
