import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { install } from './servers/server.ts';

const version = '1.58.0';
export const templateLinter = `cfn-lint ${version}`;

const run = promisify(execFile);

/** CDK writes a dependency beside the reference that implies it. */
const notOurs = ['W3005'];

/**
 * Holds the stack's templates to AWS's own schemas by cfn-lint, in Python, from PyPI. Answers whether they pass; what it finds is printed.
 * @throws Skipped where it cannot be installed
 */
export async function lintTemplates(cacheFolder: string): Promise<boolean> {
	const installed = join(cacheFolder, `cfn-lint-${version}`);
	const program = join(installed, 'bin', 'cfn-lint');
	if (!existsSync(program)) {
		await install('python3', ['-m', 'venv', installed]);
		const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', `cfn-lint==${version}`];
		await install(join(installed, 'bin', 'python3'), pip);
	}
	const folder = await mkdtemp(join(tmpdir(), 'basin-templates-'));
	try {
		await run(process.execPath, [fileURLToPath(new URL('../../infra/templates.ts', import.meta.url)), folder]);
		const args = ['--ignore-checks', ...notOurs, '--', join(folder, '*.template.json')];
		return await run(program, args).then(
			() => true,
			({ stdout, stderr }: { stdout: string; stderr: string }) => {
				console.log(stdout || stderr);
				return false;
			},
		);
	} finally {
		await rm(folder, { recursive: true });
	}
}
