import { join, resolve } from 'node:path';
import { readEnv } from '@basin/core/contracts/env.ts';
// The lab trains and measures on this machine, and is loaded only then: see biome.json.
import type { Experiment } from '@basin/lab/experiment.ts';
import type { Entry, Report } from '@basin/lab/report/report.ts';
import { Command, Option } from 'commander';
import { jsonOption } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { duration } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

type RunOptions = { all?: boolean; quick?: boolean; full?: boolean; out: string; fresh?: boolean; json?: boolean };

/** `basin lab` */
export function labCommand(shell: Shell): Command {
	return new Command('lab')
		.description('the lecture’s claims about batch size and momentum, run on real data')
		.addCommand(listCommand(shell))
		.addCommand(runCommand(shell));
}

function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('the experiments: what each claims, runs and takes')
		.addOption(jsonOption())
		.action(async ({ json }: { json?: boolean }) => {
			const { experiments } = await loadLab();
			if (json) return shell.printJson(experiments.map(({ run: _, ...described }) => described));
			const rows = experiments.map(({ id, claims, title, seconds }) => [
				...[id, claims.join(' '), title, duration(seconds.quick), duration(seconds.full)],
			]);
			shell.print(renderTable(columnsOf('EXPERIMENT', 'CLAIMS', 'TITLE', 'QUICK', 'FULL'), rows));
		});
	return addExamples(command, shell, [['lab list']]);
}

function runCommand(shell: Shell): Command {
	const command = new Command('run')
		.description('run experiments one after another and write the report; sweeps go to the server')
		.argument('[experiments...]', 'their names, or --all')
		.option('--all', 'all of them')
		.addOption(new Option('--quick', 'minutes on two cores (default)').conflicts('full'))
		.option('--full', 'more seeds, epochs and images: about an hour')
		.option(
			'--out <dir>',
			'where report.html, report.md, figures and lab.json go; a report that is there is added to',
			'lab-report',
		)
		.option('--fresh', 'run sweeps anew that this server has run already')
		.addOption(jsonOption())
		.action((names: string[], options: RunOptions) => run(shell, names, options));
	return addExamples(command, shell, [
		['lab run momentum critical-points'],
		['lab run --all --quick --out report', 'everything, in minutes'],
	]);
}

async function run(shell: Shell, names: string[], options: RunOptions): Promise<void> {
	const { experiments, openLab, readReport, runLab, writeReport } = await loadLab();
	const chosen = choose(experiments, names, options.all === true);
	const size = options.full ? 'full' : 'quick';
	const earlier = await earlierEntries(readReport, options.out, size);
	const { BASIN_DATASETS, BASIN_HOME } = readEnv(shell.surroundings.environment);
	const lab = openLab({
		client: shell.client,
		size,
		folder: resolve(BASIN_DATASETS ?? join(BASIN_HOME, 'datasets')),
		edition: options.fresh ? crypto.randomUUID().slice(0, 8) : '1',
		signal: shell.interrupted,
		say: (line) => shell.note(`  ${line}`),
		onProgress: everyTenth((line) => shell.note(`  ${line}`)),
	});
	try {
		const report = await runLab({
			experiments: chosen,
			earlier,
			command: `basin lab run ${options.all ? '--all' : chosen.map(({ id }) => id).join(' ')} --${size}`,
			context: lab.context,
			onStart: ({ title, seconds }) => shell.note(`${title} (about ${duration(seconds[size])})`),
			onEntry: async (report, entry) => {
				await writeReport(report, options.out);
				shell.note(`  ${entryText(entry)}`);
			},
		});
		shell.interrupted.throwIfAborted();
		const ran = report.entries.filter(({ experiment: { id } }) => chosen.some((one) => one.id === id));
		if (options.json) shell.printJson(report);
		else shell.print(summaryOf(ran, options.out));
		if (ran.some(({ result }) => 'failure' in result)) shell.exitCode = exitCodes.failed;
	} finally {
		await lab.close();
	}
}

/** Of the report that is there, which this run adds to. */
async function earlierEntries(
	read: (folder: string) => Promise<Report | null>,
	folder: string,
	size: Report['size'],
): Promise<Entry[]> {
	const hint = 'choose another folder with --out.';
	const report = await read(folder).catch((error: Error) => {
		throw usageFailure(error.message, hint);
	});
	if (report !== null && report.size !== size) {
		throw usageFailure(`${folder} has a report of the ${report.size} size already.`, hint);
	}
	return report?.entries ?? [];
}

/** Two seconds of modules that no other command needs. */
async function loadLab() {
	const [{ experiments }, { openLab }, { runLab }, { readReport, writeReport }] = await Promise.all([
		import('@basin/lab/catalogue.ts'),
		import('@basin/lab/open.ts'),
		import('@basin/lab/run.ts'),
		import('@basin/lab/report/write.ts'),
	]).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
		throw usageFailure(
			'This package is the command line only; the lab comes with the repository.',
			'in a checkout of Basin, "npm install", "npm start" and "npx basin lab run --all".',
		);
	});
	return { experiments, openLab, readReport, runLab, writeReport };
}

function choose(experiments: readonly Experiment[], names: string[], all: boolean): readonly Experiment[] {
	const known = experiments.map(({ id }) => id).join(', ');
	if (all === names.length > 0) throw usageFailure('Name experiments, or say --all.', `there are ${known}.`);
	if (all) return experiments;
	return [...new Set(names)].map((name) => {
		const found = experiments.find(({ id }) => id === name);
		if (found === undefined) throw usageFailure(`There is no experiment "${name}".`, `there are ${known}.`);
		return found;
	});
}

/** A line whenever another tenth of a sweep's epochs is done. */
function everyTenth(say: (line: string) => void) {
	let last = '';
	return (name: string, done: number, total: number) => {
		const line = `${name}: ${Math.floor((10 * done) / Math.max(1, total)) * 10} %`;
		if (line !== last) say(line);
		last = line;
	};
}

function entryText({ result }: Entry): string {
	if ('failure' in result) return `not run to its end: ${result.failure}`;
	return result.findings.verdicts
		.map(({ claim, outcome, sentence }) => `${claim} ${outcome}: ${sentence}`)
		.join('\n  ');
}

function summaryOf(entries: readonly Entry[], out: string): string {
	const rows = entries.map(({ experiment, result, run }) => [
		experiment.id,
		'failure' in result
			? 'not run to its end'
			: result.findings.verdicts.map(({ claim, outcome }) => `${claim} ${outcome}`).join(', '),
		duration(run.seconds),
	]);
	const seconds = entries.reduce((sum, { run }) => sum + run.seconds, 0);
	const table = renderTable(columnsOf('EXPERIMENT', 'VERDICTS', 'TOOK'), rows);
	return `${table}\nIn ${duration(seconds)}. ${resolve(out, 'report.html')}`;
}

const columnsOf = (...heads: string[]) => heads.map((head) => ({ head }));
