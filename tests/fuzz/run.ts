/**
 * `npm run test:fuzz [-- --quick] [-- --seed N]` lets schemathesis (PyPI) read /openapi.json and send what it makes of it, valid
 * and not, to the API on a database, a queue and a bucket of its own: with an admin's token, then without one. Every answer has to
 * be one that the description names, and none a 5xx. Installs schemathesis under ~/.cache/basin-fuzz; where that is not possible
 * it says so and ends well. `--quick` sends some hundred cases at random, and leaves out what goes through every bound of every schema.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { install, Skipped } from '../conformance/servers/server.ts';
import { startFuzzedApi } from './api.ts';
import { settingsOf } from './settings.ts';

const version = '4.32.5';

type Pass = { name: string; cases: number; passed: boolean };

async function main(): Promise<boolean> {
	const { values } = parseArgs({
		options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
	});
	const { quick, seed } = values;
	const wanted = quick ? 500 : 5000;
	const schemathesis = await installed();
	const api = await startFuzzedApi();
	try {
		const phases = quick ? 'examples,fuzzing' : 'examples,coverage,fuzzing,stateful';
		const input = { schemathesis, settings: settingsOf(api.ids), url: api.url, seed, phases };
		// Going through every bound of every schema is more than three thousand cases by itself.
		const perOperation = Math.ceil(wanted / api.operations / (quick ? 1 : 2)) + 2;
		const passes = [
			await fuzz({ ...input, name: 'with a token', token: api.token, perOperation }),
			await fuzz({ ...input, name: 'without a token', token: undefined, perOperation: 3 }),
		];
		const errors = api.errors();
		console.log(`\nFuzz: ${api.operations} operations, seed ${seed}; ${errors} errors in the log.`);
		for (const { name, cases, passed } of passes)
			console.log(`  ${name.padEnd(16)} ${cases} cases ${passed ? 'passed' : 'FAILED'}`);
		const enough = passes[0]!.cases >= wanted;
		if (!enough) console.log(`  At least ${wanted} cases with a token were wanted.`);
		return enough && errors === 0 && passes.every(({ passed }) => passed);
	} finally {
		await api.stop();
	}
}

/** The program, from the cache or from PyPI. @throws Skipped */
async function installed(): Promise<string> {
	const cache = process.env.BASIN_FUZZ_CACHE ?? join(homedir(), '.cache', 'basin-fuzz');
	const folder = join(cache, `schemathesis-${version}`);
	const program = join(folder, 'bin', 'schemathesis');
	if (existsSync(program)) return program;
	mkdirSync(cache, { recursive: true });
	await install('python3', ['-m', 'venv', folder]);
	await install(join(folder, 'bin', 'python3'), [
		'-m',
		'pip',
		'install',
		'--quiet',
		'--no-compile',
		`schemathesis==${version}`,
	]);
	return program;
}

async function fuzz(input: {
	schemathesis: string;
	settings: string;
	url: string;
	seed: string;
	phases: string;
	name: string;
	token: string | undefined;
	perOperation: number;
}): Promise<Pass> {
	const { schemathesis, settings, url, seed, phases, name, token, perOperation } = input;
	console.log(`\nFuzz ${name}:`);
	const folder = mkdtempSync(join(tmpdir(), 'basin-fuzz-'));
	writeFileSync(join(folder, 'schemathesis.toml'), settings);
	const args = ['run', `${url}/openapi.json`];
	args.push(
		'--phases',
		phases,
		'--seed',
		seed,
		'--max-examples',
		String(perOperation),
		'--generation-database',
		':memory:',
		'--no-color',
	);
	if (token !== undefined) args.push('--header', `Authorization: Bearer ${token}`);
	const child = spawn(schemathesis, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (more: string) => {
		text += more;
		process.stdout.write(more);
	});
	const [code] = await once(child, 'close');
	rmSync(folder, { recursive: true, force: true });
	const [, cases = '0'] = /Test cases:\n\s+(\d[\d,]*) generated/.exec(text) ?? [];
	return { name, cases: Number(cases.replaceAll(',', '')), passed: code === 0 };
}

try {
	process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
	if (!(error instanceof Skipped)) throw error;
	console.log(`Fuzz: skipped, since ${error.message}.`);
}
process.exit();
