import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { readGitCommit } from '@basin/gpu-worker/git-commit.ts';
import type { Experiment, LabContext } from './experiment.ts';
import { type Entry, mergedEntries, type Report } from './report/report.ts';

/**
 * Runs experiments one after another, since the timing ones need the machine for themselves. One that fails is named in the report, and the
 * others run on; an interruption ends the run with what is done.
 * @param earlier entries of a report that this run adds to, or replaces those of its own experiments in
 * @param onEntry after each, so that what is done can be written at once
 */
export async function runLab(input: {
	experiments: readonly Experiment[];
	earlier: readonly Entry[];
	/** What was typed, for the report. */
	command: string;
	context: LabContext;
	onStart: (experiment: Experiment) => void;
	onEntry: (report: Report, entry: Entry) => Promise<void>;
}): Promise<Report> {
	const { experiments, earlier, command, context, onStart, onEntry } = input;
	let report: Report = { size: context.size, entries: [...earlier] };
	for (const experiment of experiments) {
		if (context.signal.aborted) break;
		onStart(experiment);
		const [startedAt, from] = [new Date().toISOString(), performance.now()];
		const result = await resultOf(experiment, context);
		if (result === null) break;
		const { id, claims, title, claim, method } = experiment;
		const seconds = (performance.now() - from) / 1000;
		const run = { command, startedAt, seconds, device: deviceText(), versions: versions() };
		const entry: Entry = { experiment: { id, claims, title, claim, method }, run, result };
		report = { ...report, entries: mergedEntries(report.entries, [entry]) };
		await onEntry(report, entry);
	}
	return report;
}

/** Null when it was interrupted: an experiment says nothing half-way. */
async function resultOf(experiment: Experiment, context: LabContext): Promise<Entry['result'] | null> {
	try {
		return { findings: await experiment.run(context) };
	} catch (error) {
		if (context.signal.aborted) return null;
		return { failure: error instanceof Error ? error.message : String(error) };
	}
}

function deviceText(): string {
	const [first] = cpus();
	return `${first?.model.trim() ?? process.arch}, ${cpus().length} cores, ${process.platform}`;
}

function versions(): Record<string, string> {
	const runtime = import.meta.resolve('onnxruntime-node/package.json');
	const { version } = JSON.parse(readFileSync(new URL(runtime), 'utf8')) as { version: string };
	return {
		'Basin commit': readGitCommit()?.slice(0, 12) ?? 'unknown',
		node: process.versions.node,
		'onnxruntime-node': version,
	};
}
