import type { GateReport } from '@basin/client';
import { cellsOf, lostSeedTexts, subjectText } from './cells.ts';

/**
 * A gate's report as JUnit XML, the dialect that GitLab, Jenkins and GitHub's reporters read: a test case for each
 * comparison; a regression and a lost seed are failures, what could not be compared is skipped (or fails, where asked).
 */
export function gateJunit(report: GateReport): string {
	const cases = report.comparisons.map((comparison) => {
		const cells = cellsOf(comparison);
		const numbers = `baseline ${cells.baseline}, sweep ${cells.sweep}, change ${cells.change}, allowed ${cells.allowed}, p ${cells.p}`;
		const text = `${comparison.reason} (${numbers})`;
		const outcome =
			comparison.verdict === 'ok'
				? element('system-out', {}, text)
				: comparison.verdict === 'inconclusive' && report.verdict !== 'inconclusive'
					? element('skipped', { message: comparison.reason })
					: element('failure', { type: comparison.verdict, message: comparison.reason }, text);
		return element('testcase', { classname: `basin.gate.${comparison.metric}`, name: cells.configuration }, [outcome]);
	});
	const lost = lostSeedTexts(report).map((text) =>
		element('testcase', { classname: 'basin.gate.seeds', name: text }, [
			element('failure', { type: 'lostSeed', message: text }, text),
		]),
	);
	const all = [...cases, ...lost];
	const counts = {
		tests: all.length,
		failures: all.filter((xml) => xml.includes('<failure')).length,
		skipped: all.filter((xml) => xml.includes('<skipped')).length,
		errors: 0,
	};
	const suite = element('testsuite', { name: subjectText(report), ...counts, time: 0 }, all);
	return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'basin gate', ...counts, time: 0 }, [suite])}\n`;
}

function element(name: string, attributes: Record<string, string | number>, content: string | string[] = []): string {
	const start = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
	const inner = typeof content === 'string' ? escapeXml(content) : content.join('\n');
	return inner === '' ? `<${name}${start.join('')}/>` : `<${name}${start.join('')}>${inner}</${name}>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters and halves of surrogate pairs are no XML, not even escaped. */
function escapeXml(text: string): string {
	return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ').replace(/[&<>"]/g, (character) => entities[character]!);
}
