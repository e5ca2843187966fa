import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * An empty folder in which somebody has installed the tarball of a package that `build` makes, without the network: what the package
 * depends on is given as `folders`. Gone with the test.
 */
export async function installPackage(
	t: TestContext,
	build: (folder: string) => Promise<void>,
	folders: string[] = [],
): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-installed-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	const [published, home] = [join(folder, 'published'), join(folder, 'home')];
	await build(published);
	await mkdir(home);
	const npm = async (...args: string[]) =>
		(
			await run('npm', [...args, '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
				cwd: home,
				env: cleanEnvironment(),
			})
		).stdout;
	const tarball = (await npm('pack', published, '--silent')).trim();
	await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'home', private: true, type: 'module' }));
	await npm('install', `./${tarball}`, ...folders);
	return home;
}

/** Without what npm, which runs the tests, tells its children: it would name this repository. */
export function cleanEnvironment(): Record<string, string | undefined> {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|BASIN_|NODE_OPTIONS)/i.test(name)));
}
