import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const installMs = 180_000;

export type Python = {
	/** Runs a script and answers what it prints, as JSON. @throws Error with what it said on stderr */
	json(script: string, args: string[]): Promise<unknown>;
};

/**
 * A Python with the given packages (`name==version`), kept under ~/.cache/basin-python for the next run. Where they cannot be installed
 * in a reasonable time, the reason in a sentence.
 */
export async function pythonWith(name: string, packages: string[]): Promise<Python | { missing: string }> {
	const cache = process.env.BASIN_PYTHON_CACHE ?? join(homedir(), '.cache', 'basin-python');
	const folder = join(cache, [name, ...packages].join('-').replaceAll('==', '-'));
	const program = join(folder, 'bin', 'python3');
	if (!existsSync(program)) {
		const partial = `${folder}.${process.pid}`;
		try {
			mkdirSync(cache, { recursive: true });
			await run('python3', ['-m', 'venv', partial], { timeout: installMs });
			const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', ...packages];
			await run(join(partial, 'bin', 'python3'), pip, { timeout: installMs });
			// Whole or not at all: a run that is killed leaves nothing that looks installed. (`python3` finds its folder by itself.)
			renameSync(partial, folder);
		} catch (error) {
			const said = (error as Error).message.trim().split('\n');
			return {
				missing: `${packages.join(', ')} could not be installed: ${said.findLast((line) => /error/i.test(line)) ?? said[0]}`,
			};
		} finally {
			rmSync(partial, { recursive: true, force: true });
		}
	}
	return {
		json: async (script, args) => {
			const { stdout } = await run(program, [script, ...args], { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 });
			return JSON.parse(stdout);
		},
	};
}
