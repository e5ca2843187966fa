import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { createClient } from '@basin/client';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { killStack, repository, type Stack, startStack, temporaryHome } from '../support/stack.ts';

const { home, remove } = await temporaryHome();
let stack: Stack | undefined;
let reports: string;

before(async () => {
	reports = await mkdtemp(join(tmpdir(), 'basin-ci-'));
	stack = await startStack(home);
});
after(async () => {
	await killStack(stack);
	await rm(reports, { recursive: true, force: true });
	await remove();
});

/** The example's pipeline, as a step of CI runs it. Other tests share this machine, so epochs may take ten times as long. */
function runPipeline(
	name: string,
	args: string[],
	env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
	return new Promise((resolve) => {
		const child = execFile(
			join(repository, 'examples', 'ci', 'pipeline.sh'),
			args,
			{
				cwd: reports,
				env: {
					PATH: process.env.PATH,
					BASIN: `${process.execPath} ${join(repository, 'apps', 'cli', 'bin', 'basin.mjs')}`,
					BASIN_URL: stack!.baseUrl,
					REPORTS: join(reports, name),
					RUN_KEY: name,
					MAX_RISE: '1000%',
					...env,
				},
			},
			(_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
		);
	});
}

async function readReports(name: string) {
	const xml = await readFile(join(reports, name, 'gate.xml'), 'utf8');
	assert.equal(XMLValidator.validate(xml), true, xml);
	const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
	const { testsuites } = parser.parse(xml);
	return { testsuites, markdown: await readFile(join(reports, name, 'gate.md'), 'utf8') };
}

test('the sample pipeline keeps its first run as the baseline', async () => {
	const { code, output } = await runPipeline('first', [], { SET_BASELINE: '1' });
	assert.equal(code, 0, output);
	assert.match(output, /^main is now ci \(swp_\w+\): 6 trials of 2 configurations\.$/m);
});

test('the same again passes: every number is what it was', async () => {
	const { code, output } = await runPipeline('same', []);
	assert.equal(code, 0, output);
	const { testsuites, markdown } = await readReports('same');
	assert.deepEqual([testsuites.tests, testsuites.failures, testsuites.skipped], ['2', '0', '0']);
	assert.match(markdown, /^### ✅ No regression\.\n/);
	assert.match(markdown, /\| valAccuracy \(%\) \| .* \| \*\*0\.00\*\* \| −1\.00 \|/);
	assert.match(markdown, /\| epochSeconds \(s\) \|/);
});

test('other seeds give other numbers, and the gate stays green', async () => {
	const { code, output } = await runPipeline('noise', ['--seeds', '10,11,12']);
	assert.equal(code, 0, output);
	const { testsuites, markdown } = await readReports('noise');
	assert.equal(testsuites.failures, '0');
	assert.match(markdown, /^### ✅ No regression\.\n/);
	assert.doesNotMatch(
		markdown,
		/\| valAccuracy \(%\) \| [^|]* \| [^|]* \| [^|]* \| \*\*0\.00\*\*/,
		'nothing has changed',
	);
});

test('a worse η fails with exit code 2, and the reports say why', async () => {
	const { code, output } = await runPipeline('regression', ['--grid.eta', '0.0005']);
	assert.equal(code, 2, output);
	assert.match(output, /^Regression: valAccuracy got worse\.$/m);
	const { testsuites, markdown } = await readReports('regression');
	assert.equal(testsuites.failures, '1');
	const failed = testsuites.testsuite.testcase.find((one: { failure?: unknown }) => one.failure !== undefined);
	assert.deepEqual([failed.classname, failed.failure.type], ['basin.gate.valAccuracy', 'regression']);
	assert.match(markdown, /^### ❌ Regression: valAccuracy got worse\.\n/);
	assert.match(markdown, /\(was B 32, η 0\.\d+, λ 0\.9\)/);
});

test('a run that is started again submits no second sweep', async () => {
	const client = createClient({ baseUrl: stack!.baseUrl });
	const before = (await client.listSweeps()).items.length;
	assert.equal((await runPipeline('same', [])).code, 0);
	assert.equal((await client.listSweeps()).items.length, before);
});

test('a server that is away, and a spec that is refused, have their own exit codes', async () => {
	assert.equal((await runPipeline('away', [], { BASIN_URL: 'http://127.0.0.1:1' })).code, 5);
	assert.equal((await runPipeline('refused', ['--epochs', '0'])).code, 4);
});
