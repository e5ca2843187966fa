import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Guard } from './guards.ts';

const repository = new URL('../../', import.meta.url).pathname;
const workspaces = {
	api: 'apps/api',
	cli: 'apps/cli',
	client: 'apps/client',
	core: 'core',
	db: 'db',
	'gpu-worker': 'gpu-worker',
	local: 'apps/local',
	web: 'apps/web',
};
/** A test that hangs without its guard is red, too. */
const longestMs = 120_000;

/** A copy of the sources in a temporary folder, in which guards are removed one at a time. */
export type Copy = {
	/** Runs the guard's tests without it; true: they turned red. */
	kills(guard: Guard): Promise<boolean>;
	/** Runs the guard's tests with it; true: they are green. */
	passes(testFile: string): Promise<boolean>;
	remove(): Promise<void>;
};

/** @param databaseUrl a server on which the tests may make databases */
export async function copySources(databaseUrl: string): Promise<Copy> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-guards-'));
	const skipped = /\/(node_modules|dist|\.git|\.basin|bench\/results)(\/|$)/;
	for (const name of ['apps', 'core', 'db', 'docs', 'gpu-worker', 'tests', 'package.json']) {
		await cp(join(repository, name), join(folder, name), { recursive: true, filter: (path) => !skipped.test(path) });
	}
	await linkPackages(folder);
	const passes = (file: string) => runTest(folder, file, databaseUrl);
	return {
		passes,
		kills: async (guard) => {
			const { file, before, after } = await mutate(guard);
			await writeFile(join(folder, file), after);
			try {
				return !(await passes(guard.killedBy));
			} finally {
				await writeFile(join(folder, file), before);
			}
		},
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Packages are those of the checkout; the workspaces are the copy's. */
async function linkPackages(folder: string): Promise<void> {
	const packages = join(folder, 'node_modules');
	await mkdir(join(packages, '@basin'), { recursive: true });
	for (const name of await readdir(join(repository, 'node_modules'))) {
		if (name !== '@basin') await symlink(join(repository, 'node_modules', name), join(packages, name));
	}
	for (const [name, path] of Object.entries(workspaces))
		await symlink(join(folder, path), join(packages, '@basin', name));
}

function runTest(folder: string, file: string, databaseUrl: string): Promise<boolean> {
	const { NODE_TEST_CONTEXT: _, DATABASE_URL: __, ...env } = process.env;
	const child = spawn(process.execPath, ['--test', file], {
		cwd: folder,
		env: { ...env, BASIN_TEST_DATABASE_URL: databaseUrl },
		stdio: 'ignore',
	});
	const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => {
			clearTimeout(timer);
			endLeftovers(folder).then(() => resolve(code === 0), reject);
		});
	});
}

/** A trainer that no longer dies with its worker, for one, would go on for ever. Where there is no /proc it does. */
async function endLeftovers(folder: string): Promise<void> {
	const pids = await readdir('/proc').catch(() => []);
	for (const pid of pids.filter((name) => /^\d+$/.test(name))) {
		const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
		if (!command.includes(folder)) continue;
		try {
			process.kill(Number(pid), 'SIGKILL');
		} catch {
			// It has ended by itself.
		}
	}
}

/**
 * The file that holds the guard, with it and without.
 * @throws Error when the guard is not there exactly once: the list has to follow the code
 */
export async function mutate(guard: Guard): Promise<{ file: string; before: string; after: string }> {
	const file = 'file' in guard ? guard.file : await newestDefinition(guard.sqlFunction);
	const before = await readFile(join(repository, file), 'utf8');
	const [start, end] = 'file' in guard ? [0, before.length] : boundsOf(before, guard.sqlFunction);
	const part = before.slice(start, end);
	const times = part.split(guard.find).length - 1;
	if (times !== 1) throw new Error(`${guard.name}: "${guard.find}" occurs ${times} times in ${file}.`);
	return {
		file,
		before,
		after: before.slice(0, start) + part.replace(guard.find, () => guard.replace) + before.slice(end),
	};
}

const definitionOf = (sqlFunction: string) => new RegExp(`^create (or replace )?function ${sqlFunction}\\(`, 'm');

/** The migration that says last what a function does. */
async function newestDefinition(sqlFunction: string): Promise<string> {
	const files = (await readdir(join(repository, 'db/migrations'))).filter((name) => name.endsWith('.sql')).sort();
	for (const name of files.toReversed()) {
		const text = await readFile(join(repository, 'db/migrations', name), 'utf8');
		if (definitionOf(sqlFunction).test(text)) return `db/migrations/${name}`;
	}
	throw new Error(`No migration defines ${sqlFunction}.`);
}

function boundsOf(text: string, sqlFunction: string): [start: number, end: number] {
	const start = text.search(definitionOf(sqlFunction));
	const end = text.indexOf('--> statement-breakpoint', start);
	return [start, end === -1 ? text.length : end];
}
