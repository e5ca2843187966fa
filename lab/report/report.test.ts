import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Findings } from '@basin/core/contracts/lab.ts';
import type { LabContext } from '../experiment.ts';
import { noisyUpdates } from '../experiments/noisy-updates.ts';
import { runLab } from '../run.ts';
import { withoutTrials } from '../sweep-result.ts';
import { sweepOf } from '../testing/sweeps.ts';
import { aboutText, tookText } from './report.ts';
import { readReport, writeReport } from './write.ts';

const context = { size: 'quick', signal: new AbortController().signal } as LabContext;
const failing = {
	...noisyUpdates,
	id: 'failing',
	title: 'Fails <b>',
	run: () => Promise.reject(new Error('The <server> is away.')),
};

test('a report is one HTML file that needs nothing else, with Markdown, pictures and the data beside it', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'basin-lab-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	let written = 0;
	const report = await runLab({
		experiments: [noisyUpdates, failing],
		command: 'basin lab run noisy-updates --quick',
		earlier: [],
		context,
		onStart: () => {},
		onEntry: async () => void written++,
	});
	assert.equal(written, 2, 'after each experiment, so that an interruption loses at most one');
	await writeReport(report, folder);
	const html = await readFile(join(folder, 'report.html'), 'utf8');
	assert.doesNotMatch(html, /<script|<link|src=|url\((?!#)/, 'nothing is fetched, and nothing runs');
	assert.equal(html.match(/<svg/g)?.length, 2);
	assert.match(html, /The &lt;server&gt; is away\./);
	assert.doesNotMatch(html, /Fails <b>/);
	const markdown = await readFile(join(folder, 'report.md'), 'utf8');
	const pictures = (await readdir(join(folder, 'figures'))).toSorted();
	assert.deepEqual(pictures, ['noisy-updates-order.png', 'noisy-updates-paths.png']);
	for (const name of pictures) {
		assert.ok(markdown.includes(`](figures/${name})`), name);
		const png = await readFile(join(folder, 'figures', name));
		assert.equal(png.readUInt32BE(16), 1440, 'pixels wide');
		assert.ok(png.length > 10_000, 'not an empty picture');
	}
	assert.deepEqual(JSON.parse(await readFile(join(folder, 'lab.json'), 'utf8')), JSON.parse(JSON.stringify(report)));
});

test('findings keep to the contract that the web app reads', async () => {
	const findings = await noisyUpdates.run(context);
	assert.deepEqual(Findings.parse(JSON.parse(JSON.stringify(findings))), JSON.parse(JSON.stringify(findings)));
});

test('an interruption ends the run with what is done, and what was half-way is not in it', async () => {
	const stop = new AbortController();
	const run = async () => {
		stop.abort();
		throw new Error('aborted');
	};
	const stopped = { ...failing, run };
	const report = await runLab({
		experiments: [noisyUpdates, stopped, noisyUpdates],
		command: 'basin lab run --all --quick',
		earlier: [],
		context: { ...context, signal: stop.signal },
		onStart: () => {},
		onEntry: async () => {},
	});
	assert.deepEqual(
		report.entries.map(({ experiment }) => experiment.id),
		['noisy-updates'],
	);
});

test('a report that is there is added to: an experiment that runs again takes its own place, the others stay', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'basin-lab-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	assert.equal(await readReport(folder), null);
	const input = { context, onStart: () => {}, onEntry: async () => {} };
	const momentumFails = { ...failing, id: 'momentum' };
	const first = await runLab({ ...input, experiments: [momentumFails, failing], command: 'first', earlier: [] });
	await writeReport(first, folder);
	const { entries: earlier } = (await readReport(folder))!;
	assert.deepEqual(earlier, JSON.parse(JSON.stringify(first.entries)));
	const again = { ...momentumFails, run: noisyUpdates.run };
	const second = await runLab({ ...input, experiments: [again, noisyUpdates], command: 'second', earlier });
	assert.deepEqual(
		second.entries.map(({ experiment: { id }, run, result }) => [id, run.command, 'findings' in result]),
		[
			['noisy-updates', 'second', true],
			['momentum', 'second', true],
			['failing', 'first', false],
		],
	);
	assert.match(aboutText(second), /^Made by `first`, `second` on \d{4}-\d\d-\d\d in /);
	await writeFile(join(folder, 'lab.json'), '{"size":"quick"}');
	await assert.rejects(readReport(folder), /lab\.json is not a report of this version\.$/);
});

test('what was run before for another report is not in the time that an experiment took, and the report says so', async () => {
	const { entries } = await runLab({
		...{ experiments: [noisyUpdates], command: 'basin lab run', earlier: [], context },
		...{ onStart: () => {}, onEntry: async () => {} },
	});
	const entry = entries[0]!;
	if (!('findings' in entry.result)) throw new Error(entry.result.failure);
	const run = { ...entry.run, seconds: 9, startedAt: '2026-01-02T00:00:00Z' };
	const [sweep] = withoutTrials([sweepOf([])]);
	const sweepsTo = (...ends: string[]) => ends.map((finishedAt) => ({ ...sweep!, finishedAt }));
	const { findings } = entry.result;
	const took = (...ends: string[]) =>
		tookText({ ...entry, run, result: { findings: { ...findings, sweeps: sweepsTo(...ends) } } }).replaceAll(
			/\s/g,
			' ',
		);
	assert.equal(took(), '9 s');
	assert.equal(took('2026-01-02T00:00:01Z'), '9 s');
	assert.equal(took('2026-01-01T00:00:00Z'), '9 s, its sweeps run before');
	const sweeps = sweepsTo('2026-01-01T00:00:00Z');
	const report = {
		size: 'quick' as const,
		entries: [{ ...entry, run, result: { findings: { ...findings, sweeps } } }],
	};
	assert.match(aboutText(report), / in 9\ss, beside sweeps that were run before on /);
	assert.equal(took('2026-01-01T00:00:00Z', '2026-01-02T00:00:01Z'), '9 s, 1 of its 2 sweeps run before');
});
