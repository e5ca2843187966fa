import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../../../tests/support/wait.ts';
import { launcher, runBasin, temporaryFolder } from '../testing/run-basin.ts';

/** A folder with a `basin` on it, as the script calls it. */
async function folderWithBasin(t: TestContext): Promise<string> {
	const folder = await temporaryFolder(t);
	const path = join(folder, 'basin');
	await writeFile(path, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
	await chmod(path, 0o755);
	return folder;
}

/** A bash on a terminal of its own, that has read the script; `type` presses keys and waits for what the line becomes. */
async function startBash(t: TestContext, folder: string) {
	const shell = spawn('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
		cwd: folder,
		env: { PATH: `${folder}${delimiter}${process.env.PATH}`, PS1: '> ', TERM: 'dumb', INPUTRC: '/dev/null' },
	});
	t.after(async () => {
		shell.kill('SIGKILL');
		if (shell.exitCode === null && shell.signalCode === null) await once(shell, 'exit');
	});
	let screen = '';
	shell.stdout.on('data', (chunk) => (screen += String(chunk).replaceAll('\x07', '')));
	const shows = (expected: string) =>
		waitFor(`"${expected}" on the screen`, 20_000, async () => screen.includes(expected)).catch((error) => {
			throw new Error(`${error.message}, which shows ${JSON.stringify(screen)}`);
		});
	const press = async (keys: string, expected: string) => {
		screen = '';
		shell.stdin.write(keys);
		await shows(expected);
		return screen;
	};
	await shows('> ');
	await press('source <(basin completion bash); echo re""ady\r', 'ready');
	return { complete: (line: string, expected: string) => press(`\x15${line}\t`, expected), press };
}

const lacks = ['bash', 'script'].find((program) => spawnSync(program, ['--version']).status !== 0);

test('a real bash completes commands, sub-commands, options, their choices, and files', {
	skip: lacks !== undefined && `there is no ${lacks}`,
}, async (t) => {
	const folder = await folderWithBasin(t);
	await writeFile(join(folder, 'my-sweep.yaml'), '');
	const { complete, press } = await startBash(t, folder);
	await complete('basin subm', 'basin submit ');
	await complete('basin dataset a', 'basin dataset add ');
	await complete('basin submit --grid.e', 'basin submit --grid.eta ');
	await complete('basin list --state canc', 'basin list --state cancell');
	await complete('basin submit my-s', 'basin submit my-sweep.yaml ');
	const choices = await press('\x15basin reproduce trl_1 --provider \t\t', 'webgpu');
	assert.ok(choices.includes('cuda'), choices);
});

test('there are scripts for zsh and fish too, and another shell is refused with those that there are', async () => {
	for (const shell of ['zsh', 'fish']) {
		const ended = await runBasin(['completion', shell]);
		assert.equal(ended.code, 0, ended.stderr);
		assert.match(ended.stdout, /basin complete/);
	}
	const unknown = await runBasin(['completion', 'csh']);
	assert.equal(unknown.code, 4);
	assert.match(unknown.stderr, /Allowed choices are zsh, bash, fish/);
});

test('where a file goes the shell may offer files, elsewhere it may not', async () => {
	const directive = async (...words: string[]) =>
		(await runBasin(['complete', '--', ...words])).stdout.trimEnd().split('\n').at(-1);
	assert.equal(await directive('submit', 'exa'), ':0');
	assert.equal(await directive('artifacts', 'pull', 'trl_1', '--to', 'm'), ':0');
	assert.equal(await directive('submit', '--grid.e'), ':4');
	assert.equal(await directive('list', '--state', ''), ':4');
});
