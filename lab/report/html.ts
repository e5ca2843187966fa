import type { Table } from '../findings.ts';
import { sweepText, versionsOf } from './markdown.ts';
import { type Entry, outcomesOf, outcomeText, type Report } from './report.ts';

const style = `
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1f24; max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin-bottom: .4rem; } h2 { font-size: 1.35rem; margin-top: 3.2rem; }
figure { margin: 1.6rem 0; } figure svg { width: 100%; height: auto; border: 1px solid #e3e6ea; border-radius: 6px; }
figcaption, .rule, .about { color: #57606a; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .8rem 0 .3rem; }
th, td { text-align: left; padding: .32rem .6rem .32rem 0; border-bottom: 1px solid #e3e6ea; vertical-align: top; }
.scroll { overflow-x: auto; }
.verdict { border-left: 4px solid #57606a; padding: .5rem .9rem; background: #f6f8fa; border-radius: 0 6px 6px 0; }
.holds { border-color: #1a7f37; } .does-not-hold { border-color: #bc4c00; } .unclear { border-color: #9a6700; }
pre { background: #f6f8fa; padding: .8rem; overflow-x: auto; font-size: .82rem; border-radius: 6px; }
`;

/** The report as one file that needs nothing else: figures are inside as SVG, without scripts. */
export function htmlOf(report: Report, svgs: ReadonlyMap<string, string>): string {
	const rows = report.entries.map((entry) => {
		const { id, title, claims } = entry.experiment;
		return `<tr><td>${claims.join(', ')}</td><td><a href="#${id}">${escaped(title)}</a></td><td>${outcomesOf(entry)}</td><td>${entry.seconds.toFixed(0)} s</td></tr>`;
	});
	return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>The lecture, reproduced</title><style>${style}</style></head>
<body>
<h1>The lecture, reproduced</h1>
<p class="about">Batch size and momentum: every claim of the lecture, run on real data. Made by <code>${escaped(report.command)}</code> on ${report.startedAt.slice(0, 10)} in ${Math.round(report.seconds)} s on ${escaped(report.device)}. ${escaped(versionsOf(report))}.</p>
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
		return `<figure role="group" aria-label="${escaped(title)}">${svg}<figcaption><strong>${escaped(title)}.</strong> ${escaped(caption)}</figcaption></figure>`;
	});
	return [
		`<section>${head}`,
		...verdicts.map(
			({ claim, outcome, sentence, rule }) =>
				`<p class="verdict ${outcome}"><strong>${claim} ${outcomeText[outcome]}.</strong> ${escaped(sentence)}</p>\n<p class="rule">${escaped(rule)}</p>`,
		),
		...drawn,
		...tables.map(tableOf),
		caveats.length === 0 ? '' : `<ul>${caveats.map((caveat) => `<li>${escaped(caveat)}</li>`).join('')}</ul>`,
		...sweeps.map(
			(sweep) =>
				`<details><summary>${escaped(sweepText(sweep))}</summary><pre>${escaped(JSON.stringify(sweep.spec, null, 2))}</pre></details>`,
		),
		'</section>',
	].join('\n');
}

function tableOf({ title, columns, rows }: Table): string {
	const line = (cells: readonly (string | number | null)[], tag: 'td' | 'th') =>
		`<tr>${cells.map((cell) => `<${tag}>${escaped(`${cell ?? ''}`)}</${tag}>`).join('')}</tr>`;
	return `<div class="scroll"><table><caption>${escaped(title)}</caption><thead>${line(columns, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
