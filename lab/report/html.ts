import type { Findings } from '@basin/core/contracts/lab.ts';
import type { Outcome, Table } from '../findings.ts';
import { htmlStyle } from './html-style.ts';
import { sweepText } from './markdown.ts';
import { aboutText, cellText, type Entry, notRun, outcomeText, type Report, tookText } from './report.ts';

/** The report as one file that needs nothing else: figures are inside as SVG, without scripts. */
export function htmlOf(report: Report, svgs: ReadonlyMap<string, string>): string {
	const rows = report.entries.map((entry) => {
		const { id, title, claims } = entry.experiment;
		return `<tr><td>${claims.join(', ')}</td><td><a href="#${id}">${escaped(title)}</a></td><td>${outcomesCell(entry)}</td><td>${tookText(entry)}</td></tr>`;
	});
	return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>The lecture, reproduced</title><style>${htmlStyle}</style></head>
<body>
<h1>The lecture, reproduced</h1>
<p class="about">Batch size and momentum: every claim of the lecture, run on real data. ${escaped(aboutText(report)).replaceAll(/`(.+?)`/g, '<code>$1</code>')}</p>
<div class="scroll"><table><thead><tr><th>claims</th><th>experiment</th><th>verdict</th><th>took</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${report.entries.map((entry) => sectionOf(report, entry, svgs)).join('\n')}
</body>
</html>
`;
}

function sectionOf(report: Report, entry: Entry, svgs: ReadonlyMap<string, string>): string {
	const { experiment, result } = entry;
	const head =
		`<h2 id="${experiment.id}">${escaped(experiment.title)}</h2>\n<p><strong>Claim (${experiment.claims.join(', ')}).</strong> ${escaped(experiment.claim)}</p>\n` +
		`<p><strong>Run.</strong> ${escaped(experiment.method[report.size])}</p>`;
	if ('failure' in result)
		return `<section>${head}\n<p class="verdict">Not run to its end. ${escaped(result.failure)}</p></section>`;
	const { verdicts, figures, tables, caveats, sweeps } = result.findings;
	const drawn = figures.map(({ id, title, caption }) => {
		const svg = svgs.get(`${experiment.id}-${id}`)!;
		return `<figure role="group" aria-label="${escaped(title)}"><div class="scroll">${svg}</div><figcaption><strong>${escaped(title)}.</strong> ${escaped(caption)}</figcaption></figure>`;
	});
	return [
		`<section>${head}`,
		...verdicts.map(verdictOf),
		...drawn,
		...tables.map(tableOf),
		...listOf('Before you believe it', caveats),
		...(sweeps.length === 0 ? [] : ['<h3>Its sweeps</h3>']),
		...sweeps.map(
			(sweep) =>
				`<details><summary>${escaped(sweepText(sweep))}</summary><pre>${escaped(JSON.stringify(sweep.spec, null, 2))}</pre></details>`,
		),
		'</section>',
	].join('\n');
}

function outcomesCell({ result }: Entry): string {
	if ('failure' in result) return notRun;
	return result.findings.verdicts.map(({ claim, outcome }) => badge(claim, outcome)).join(' ');
}

const badge = (claim: string, outcome: Outcome) =>
	`<span class="outcome ${outcome}">${escaped(claim)} ${outcomeText[outcome]}</span>`;

function verdictOf({ claim, outcome, sentence, rule }: Findings['verdicts'][number]): string {
	return `<div class="verdict ${outcome}"><p>${badge(claim, outcome)} ${escaped(sentence)}</p><p class="rule">${escaped(rule)}</p></div>`;
}

function listOf(title: string, items: readonly string[]): string[] {
	if (items.length === 0) return [];
	return [`<h3>${title}</h3>`, `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`];
}

function tableOf({ title, columns, rows }: Table): string {
	const line = (cells: readonly (string | number | null)[], tag: 'td' | 'th') =>
		`<tr>${cells.map((cell) => `<${tag}>${escaped(cellText(cell))}</${tag}>`).join('')}</tr>`;
	return `<div class="scroll"><table><caption>${escaped(title)}</caption><thead>${line(columns, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
