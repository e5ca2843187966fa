import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pngOf, svgOf } from './drawing.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { figureName, Report } from './report.ts';

/** The report that lies in `folder`, to be added to. Null when there is none. @throws Error with a sentence when it cannot be read */
export async function readReport(folder: string): Promise<Report | null> {
	const text = await readFile(join(folder, 'lab.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	if (text === null) return null;
	try {
		return Report.parse(JSON.parse(text));
	} catch {
		throw new Error(`${join(folder, 'lab.json')} is not a report of this version.`);
	}
}

/** Writes `report.html` (all in one file), `report.md` with `figures/*.png`, and `lab.json` to `folder`; answers their paths. */
export async function writeReport(report: Report, folder: string): Promise<string[]> {
	const figures = report.entries.flatMap((entry) =>
		'findings' in entry.result
			? entry.result.findings.figures.map((figure) => [figureName(entry, figure.id), figure] as const)
			: [],
	);
	const svgs = new Map(figures.map(([name, figure]) => [name, svgOf(figure)]));
	await mkdir(join(folder, 'figures'), { recursive: true });
	for (const [name, svg] of svgs) await writeFile(join(folder, 'figures', `${name}.png`), pngOf(svg));
	const files = {
		'report.html': htmlOf(report, svgs),
		'report.md': markdownOf(report),
		'lab.json': `${JSON.stringify(report, null, 1)}\n`,
	};
	for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
	return Object.keys(files).map((name) => join(folder, name));
}
