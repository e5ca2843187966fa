import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateComparison, GateReport } from '@basin/client';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { gateJunit } from './junit.ts';
import { escapeCell, gateMarkdown, markdownTable } from './markdown.ts';

const configuration = { batchSize: 100, eta: 0.1, lambda: 0.9 };

function comparison(changes: Partial<GateComparison> = {}): GateComparison {
	return {
		metric: 'valAccuracy',
		configuration,
		baselineConfiguration: configuration,
		verdict: 'ok',
		reason: 'Within the margin.',
		baselineMean: 0.972,
		sweepMean: 0.9705,
		change: -0.0015,
		allowedChange: -0.005,
		seenFrom: -0.0082,
		test: 'paired',
		seeds: { sweep: 3, baseline: 3 },
		pValue: 0.9,
		adjustedPValue: 0.9,
		device: null,
		...changes,
	};
}

function report(changes: Partial<GateReport> = {}): GateReport {
	return {
		verdict: 'passed',
		sweepId: 'swp_new',
		baseline: { name: 'main', sweepId: 'swp_old' },
		compare: 'best',
		alpha: 0.05,
		comparisons: [comparison()],
		lostSeeds: [],
		notes: [],
		...changes,
	};
}

const worse = report({
	verdict: 'regression',
	comparisons: [
		comparison(),
		comparison({ metric: 'testAccuracy', verdict: 'regression', reason: 'Beyond <the> "margin" & more.' }),
		comparison({
			metric: 'epochSeconds',
			verdict: 'inconclusive',
			reason: 'Times of different devices are not compared.',
			baselineMean: 0.2,
			sweepMean: 0.9,
			change: 0.7,
			allowedChange: 0.02,
			seenFrom: null,
			pValue: null,
			adjustedPValue: null,
			test: 'none',
		}),
	],
	lostSeeds: [{ configuration, seed: 7, reason: 'diverged' }],
	notes: ['The grids differ.'],
});

function parse(xml: string) {
	assert.equal(XMLValidator.validate(xml), true, xml);
	const parser = new XMLParser({
		ignoreAttributes: false,
		attributeNamePrefix: '',
		isArray: (name) => name === 'testcase',
	});
	return parser.parse(xml).testsuites;
}

test('JUnit has a case for each comparison and lost seed: failures, skips and their counts agree', () => {
	const { testsuite, ...counts } = parse(gateJunit(worse));
	assert.deepEqual([counts.tests, counts.failures, counts.skipped, counts.errors], ['4', '2', '1', '0']);
	assert.equal(testsuite.name, 'swp_new against the baseline main (swp_old)');
	const [ok, failed, skipped, lost] = testsuite.testcase;
	assert.deepEqual([ok.classname, ok.name], ['basin.gate.valAccuracy', 'B 100, η 0.1, λ 0.9']);
	assert.match(ok['system-out'], /change −0\.15, allowed −0\.50, p 0\.9\)$/);
	assert.equal(failed.failure.message, 'Beyond <the> "margin" & more.');
	assert.equal(skipped.skipped.message, 'Times of different devices are not compared.');
	assert.match(lost.failure.message, /seed 7 failed \(diverged\); in the baseline it succeeded/);
});

test('where what cannot be compared is asked to fail, it is a failure in JUnit too', () => {
	const { testsuite } = parse(gateJunit({ ...worse, verdict: 'inconclusive', lostSeeds: [] }));
	assert.equal(testsuite.failures, '2');
});

test('JUnit is XML whatever a reason holds', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (reason) => {
			const { testsuite } = parse(gateJunit(report({ comparisons: [comparison({ reason, verdict: 'regression' })] })));
			assert.equal(testsuite.testcase.length, 1);
		}),
	);
});

test('Markdown says the verdict first, then a row for each comparison, the worst first, and every reason', () => {
	const lines = gateMarkdown(worse).split('\n');
	assert.equal(lines[0], '### ❌ Regression: testAccuracy got worse, 1 of the seeds failed that had succeeded.');
	const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split(' | '));
	assert.deepEqual(new Set(rows.map((row) => row.length)), new Set([9]));
	assert.match(
		rows[1]!.join(),
		/valAccuracy \(%\),B 100, η 0\.1, λ 0\.9,97\.20,97\.05,\*\*−0\.15\*\*,−0\.50,−0\.82,0\.9,✅ ok/,
	);
	assert.match(rows[3]!.join(), /epochSeconds \(s\),.*,0\.2,0\.9,\*\*\+0\.7\*\*,\+0\.02,–,–,⚠️ inconclusive/);
	assert.ok(lines.includes('- The grids differ.'));
	assert.match(gateMarkdown(report()), /^### ✅ No regression\./);
});

test('a report of 10,000 comparisons and lost seeds stays below what a comment may have', () => {
	const many = Array.from({ length: 10_000 }, () => comparison());
	const lostSeeds = many.map((_, seed) => ({ configuration, seed, reason: 'diverged' as const }));
	const text = gateMarkdown(report({ comparisons: many, lostSeeds }));
	assert.ok(text.length < 32_000, String(text.length));
	assert.match(text, /^- … and 9980 more seeds that failed\.$/m);
});

test('no text can leave its cell, open a tag or mention a person', () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 2 }), (cells) => {
			const [, , row] = markdownTable(['a', 'b'], [cells]).split('\n');
			assert.equal(row!.match(/\|/g)?.length, 3);
			assert.doesNotMatch(escapeCell(cells.join()), /[<>@[\]`]/);
		}),
	);
});
