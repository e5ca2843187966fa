import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { json, problem, startServer } from '@basin/client/testing/http-server.ts';
import { callBasin, temporaryFolder } from './testing/run-basin.ts';
import { completed, smallApi } from './testing/small-api.ts';

const yaml = 'dataset: { name: mnist }\nmodel: { preset: mlp, hidden: [64] }\ngrid:\n  eta: [0.5]\n  lambda: [0.9]\n';

test('options replace parts of the spec and leave the rest, and the spec of none is all by options', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const sentBy = async (args: string[], stdin = yaml) => {
		const ended = await callBasin(['submit', ...args], { url: server.baseUrl, stdin });
		assert.equal(ended.code, 0, ended.stderr);
		return JSON.parse(server.requests.splice(0).at(-1)!.body);
	};
	const file = {
		dataset: { name: 'mnist' },
		model: { preset: 'mlp', hidden: [64] },
		grid: { eta: [0.5], lambda: [0.9] },
	};
	assert.deepEqual(await sentBy(['-']), file);
	assert.deepEqual(await sentBy(['-', '--grid.eta', '0.01,1e-1', '--epochs', '7', '--model.hidden', '128,64']), {
		...file,
		model: { preset: 'mlp', hidden: [128, 64] },
		grid: { eta: [0.01, 0.1], lambda: [0.9] },
		epochs: 7,
	});
	assert.deepEqual((await sentBy(['-', '--model.preset', 'softmax'])).model, { preset: 'softmax' });
	assert.deepEqual((await sentBy(['-', '--model.preset', 'mlp'])).model, file.model);
	const axes = ['--grid.batchSize', '10,full', '--grid.eta', '0.001..1:4:log', '--grid.lambda', '0..0.9:4'];
	assert.deepEqual((await sentBy(['-', ...axes])).grid, {
		batchSize: [10, 'full'],
		eta: { from: 0.001, to: 1, steps: 4, scale: 'log' },
		lambda: { from: 0, to: 0.9, steps: 4 },
	});
	const sets = [
		'--set',
		'labels.team=vision',
		'--set',
		'optimizer={ kind: adam }',
		'--set',
		'grid.eta.0=0.25',
		'--set',
		'x=a=b',
	];
	assert.deepEqual(await sentBy(['-', ...sets]), {
		...file,
		grid: { eta: [0.25], lambda: [0.9] },
		labels: { team: 'vision' },
		optimizer: { kind: 'adam' },
		x: 'a=b',
	});
	const all = [
		'--dataset.name',
		'mnist',
		'--dataset.validation',
		'0.2',
		'--model.preset',
		'mlp',
		'--seeds',
		'0..3',
		'--name',
		'n',
	];
	assert.deepEqual(await sentBy(all), {
		dataset: { name: 'mnist', validation: 0.2 },
		model: { preset: 'mlp' },
		seeds: [0, 1, 2, 3],
		name: 'n',
	});
});

test('what an option cannot mean is refused in a sentence before anything is sent, and exits 4', async (t) => {
	const server = await startServer(t, json({}));
	for (const [args, sentence] of [
		[['--grid.eta', '0.1,x'], /'--grid\.eta <values>' argument '0\.1,x' is invalid\. It must be a number/],
		[['--grid.eta', '0.1..1'], /A range is FROM\.\.TO:STEPS/],
		[['--grid.eta', '0.1..1:4:cubic'], /A range is FROM\.\.TO:STEPS/],
		[['--grid.batchSize', '0'], /whole number of at least 1/],
		[['--seeds', '3..1'], /first and last such as 0\.\.4/],
		[['--seeds', '1.5'], /whole number of at least 0/],
		[['--epochs', 'many'], /whole number of at least 1/],
		[['--grid.etta', '1'], /unknown option '--grid\.etta'.*\n?.*Did you mean --grid\.eta/],
		[['--set', 'epochs'], /a path and a value such as labels\.team=vision/],
		[['--set', 'grid=[1'], /is not YAML/],
		[['--set', 'dataset.name.x=1'], /what is before x holds no others/],
		[['--set', 'grid.eta.3=1'], /3 is none of the 1 there/],
		[['--set', 'grid.eta=[.inf]'], /--set +\/grid\/eta\/0 +must be a finite number/],
	] as const) {
		const ended = await callBasin(['submit', '-', ...args], { url: server.baseUrl, stdin: yaml });
		assert.equal(ended.code, 4, args.join(' '));
		assert.match(ended.stderr, sentence);
	}
	const nothing = await callBasin(['submit'], { url: server.baseUrl });
	assert.equal(nothing.code, 4);
	assert.match(nothing.stderr, /^error: Name a file with the sweep’s spec, .*\nhint: /);
	assert.equal(server.requests.length, 0);
});

test('what the server refuses points at the option that said it, and at the file for the rest', async (t) => {
	const errors = [
		{ pointer: '/grid/eta/1', message: 'must be greater than 0' },
		{ pointer: '/grid/lambda/0', message: 'must be less than 1' },
		{ pointer: '/epochs', message: 'must be at most 10000' },
	];
	const body = { type: 't', title: 't', status: 422, detail: 'd', code: 'invalid_spec', requestId: 'r', errors };
	const server = await startServer(t, json(body, 422));
	const path = join(await temporaryFolder(t), 'my.yaml');
	await writeFile(path, yaml);
	const args = ['submit', path, '--grid.eta', '0.1,-1', '--epochs', '99999'];
	const ended = await callBasin(args, { url: server.baseUrl });
	assert.match(ended.stderr, /^ {2}--grid\.eta +\/grid\/eta\/1 +must be greater than 0$/m);
	assert.match(ended.stderr, /^ {2}.*my\.yaml:5 +\/grid\/lambda\/0 +must be less than 1$/m);
	assert.match(ended.stderr, /^ {2}--epochs +\/epochs +must be at most 10000$/m);
});

test('estimate is submit --dry-run: the same answer, and nothing is written', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const args = ['-', '--epochs', '2'];
	const [dry, estimated] = [
		await callBasin(['submit', '--dry-run', ...args], { url: server.baseUrl, stdin: yaml }),
		await callBasin(['estimate', ...args], { url: server.baseUrl, stdin: yaml }),
	];
	assert.equal(estimated.code, 0, estimated.stderr);
	assert.deepEqual(estimated, dry);
	assert.deepEqual(
		server.requests.map(({ query }) => query.get('dryRun')),
		['true', 'true'],
	);
	const refused = await startServer(t, problem(422, 'invalid_spec', 'No.'));
	assert.equal((await callBasin(['estimate', ...args], { url: refused.baseUrl, stdin: yaml })).code, 4);
});
