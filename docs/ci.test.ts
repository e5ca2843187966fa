import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { callBasin } from '@basin/cli/testing/run-basin.ts';
import { parse } from 'yaml';

const page = await readFile(new URL('./ci.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
	[...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text!);
const sweepId = 'swp_01kg9z8m4r0000000000000001';

/** A shell's words, as far as this page needs them. */
const wordsOf = (line: string) =>
	[...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) =>
		(quoted ?? bare!).replace(/^SWEEP$|^\$sweep$/, sweepId).replace('$RUN_KEY', 'run-1'),
	);

test('every basin command of the page is one that the command line takes: it gets as far as the server', async () => {
	const [github, gitlab] = blocks('yaml').map((text) => parse(text));
	assert.ok(github.jobs);
	const lines = [...blocks('sh').join('').split('\n'), ...gitlab.train.script]
		.map((line) => /(?:npx )?\bbasin ((?:submit|wait|gate|baseline) [^|;)]*)/.exec(line)?.[1])
		.filter((line) => line !== undefined);
	assert.equal(lines.length, 7);
	for (const line of lines) {
		const args = wordsOf(line).map((word) => (word === 'sweep.yaml' ? 'examples/ci/sweep.yaml' : word));
		const ended = await callBasin(args, { url: 'http://127.0.0.1:1' });
		assert.equal(ended.code, 5, `${line}: ${ended.stderr}`);
	}
});

test('the workflow gives the action inputs that it has, and the job what a comment needs', async () => {
	const action = parse(await readFile(new URL('../action.yml', import.meta.url), 'utf8'));
	const [workflow] = blocks('yaml').map((text) => parse(text));
	const step = workflow.jobs.train.steps.find(({ uses }: { uses: string }) => uses.includes('/basin@'));
	for (const name of Object.keys(step.with)) assert.ok(name in action.inputs, name);
	for (const [name, input] of Object.entries<{ required?: boolean }>(action.inputs))
		if (input.required) assert.ok(name in step.with, name);
	assert.equal(workflow.permissions['pull-requests'], 'write');
});
