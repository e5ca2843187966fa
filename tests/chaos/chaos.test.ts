import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeReport, runChaos } from './chaos.ts';
import { faults } from './fault-proxy.ts';

const seconds = 60;
const seed = Number(process.env.BASIN_CHAOS_SEED || Date.now() % 2 ** 31);

test(`a minute in which everything fails loses nothing and does nothing twice (seed ${seed})`, async () => {
	const report = await runChaos({ seconds, seed });
	console.log(describeReport(report));
	assert.deepEqual(report.checked.violations, []);
	// A minute without faults would prove nothing.
	for (const fault of faults) assert.ok(report.faults[fault] > 0, `no call met "${fault}"`);
	for (const strike of ['killWorker', 'stallWorker', 'terminateWorker', 'killApi', 'cutConnections', 'purgeQueue']) {
		assert.ok((report.strikes[strike] ?? 0) > 0, `nothing was done to "${strike}"`);
	}
	assert.ok(report.checked.trials >= 30 && report.checked.succeeded >= 15);
	assert.ok(report.checked.comparedResults > 0 && report.checked.resumed > 0);
});
