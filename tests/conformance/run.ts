/**
 * `npm run conformance [-- --quick] [-- --only NAME]` runs the suites of the queue, the store and the database against servers
 * that nobody here wrote: ElasticMQ, moto, MinIO, and PostgreSQL from Debian; and holds the templates for AWS to cfn-lint. It
 * installs what the registries of this machine have, under ~/.cache/basin-conformance, says what it skipped and why, and leaves
 * nothing running.
 * `--quick` leaves out ElasticMQ where it is not installed yet, and of the database's suite all but the verbs on trials.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ForeignServer, foreignServersVariable } from './clouds.ts';
import { startDebianPostgres } from './servers/debian-postgres.ts';
import { startElasticMq } from './servers/elasticmq.ts';
import { startMinio } from './servers/minio.ts';
import { startMoto } from './servers/moto.ts';
import { type Setting, Skipped } from './servers/server.ts';
import { lintTemplates, templateLinter } from './templates.ts';

const clouds = { elasticmq: startElasticMq, moto: startMoto, minio: startMinio };
const runTests = fileURLToPath(new URL('../support/run-tests.ts', import.meta.url));

type Outcome = { server: string; result: 'passed' | 'failed' | `skipped: ${string}` };

async function main(): Promise<boolean> {
	const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
	const cacheFolder = process.env.BASIN_CONFORMANCE_CACHE ?? join(homedir(), '.cache', 'basin-conformance');
	mkdirSync(cacheFolder, { recursive: true });
	const undo: (() => Promise<unknown>)[] = [];
	const setting: Setting = { cacheFolder, quick: values.quick, after: (work) => undo.unshift(work) };
	const isWanted = (name: string) => values.only === undefined || values.only === name;
	const outcomes: Outcome[] = [];
	try {
		const started: ForeignServer[] = [];
		for (const [name, startServer] of Object.entries(clouds).filter(([name]) => isWanted(name))) {
			const server = await attempt(name, outcomes, () => startServer(setting));
			if (server) started.push(server);
		}
		if (started.length > 0) {
			const passed = await test('tests/conformance/', { [foreignServersVariable]: JSON.stringify(started) });
			for (const { name } of started) outcomes.push({ server: name, result: passed ? 'passed' : 'failed' });
		}
		if (isWanted('postgres')) {
			const database = await attempt('postgres', outcomes, () => startDebianPostgres(setting));
			if (database) {
				const passed = await test(values.quick ? 'db/trials/' : 'db/', { DATABASE_URL: database.databaseUrl });
				outcomes.push({ server: database.name, result: passed ? 'passed' : 'failed' });
			}
		}
		if (isWanted('cfn-lint')) {
			const passed = await attempt(templateLinter, outcomes, () => lintTemplates(cacheFolder));
			if (passed !== undefined) outcomes.push({ server: templateLinter, result: passed ? 'passed' : 'failed' });
		}
	} finally {
		for (const work of undo) await work();
	}
	console.log('\nConformance with servers that others wrote:');
	for (const { server, result } of outcomes) console.log(`  ${server.padEnd(20)} ${result}`);
	return outcomes.every(({ result }) => result !== 'failed');
}

/** Undefined, and noted, when the server takes no part. */
async function attempt<T>(server: string, outcomes: Outcome[], startServer: () => Promise<T>): Promise<T | undefined> {
	const start = performance.now();
	try {
		const started = await startServer();
		console.log(`${server}: ready after ${((performance.now() - start) / 1000).toFixed(1)} s`);
		return started;
	} catch (error) {
		if (!(error instanceof Skipped)) throw error;
		outcomes.push({ server, result: `skipped: ${error.message}` });
		return undefined;
	}
}

async function test(filter: string, env: Record<string, string>): Promise<boolean> {
	const child = spawn(process.execPath, [runTests, 'all', filter], {
		env: { ...process.env, ...env },
		stdio: 'inherit',
	});
	const [code] = await once(child, 'exit');
	return code === 0;
}

process.exitCode = (await main()) ? 0 : 1;
