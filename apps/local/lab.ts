import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lab } from '@basin/api/lab.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { type LabExperiment, LabRun } from '@basin/core/contracts/lab.ts';
import type { Report } from '@basin/lab/report/report.ts';

const script = fileURLToPath(new URL('../cli/bin/basin.mjs', import.meta.url));
const linesKept = 40;

/**
 * The lab of the embedded stack: each run is a `basin lab run` of its own, so that it runs as in a terminal. Findings are kept in `folder`.
 * @param environment of the child, such as where data sets are kept
 */
export function createLab(input: {
	folder: string;
	/** Of this API; known once it listens. */
	url: () => string;
	environment: Record<string, string | undefined>;
}): Lab & { stop(): void } {
	const { folder, url, environment } = input;
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const runs = new Map(readRuns(folder).map((run) => [run.id, run]));
	let running: { run: LabRun; child: ChildProcess } | null = null;
	let catalogue: Promise<readonly LabExperiment[]> | undefined;
	const experiments = () => {
		// Half a second of modules that a server without a lab's visitor need not have.
		catalogue ??= import('@basin/lab/catalogue.ts').then((lab) => lab.experiments.map(({ run: _, ...told }) => told));
		return catalogue;
	};
	const save = (run: LabRun) => {
		const path = join(folder, `${run.id}.json`);
		writeFileSync(`${path}.part`, JSON.stringify(run));
		renameSync(`${path}.part`, path);
		runs.set(run.id, run);
	};
	/** Earlier runs of the same, but findings are kept until there are newer ones. */
	const forget = ({ id, experiment, size, findings }: LabRun) => {
		for (const other of [...runs.values()]) {
			if (other.id === id || other.experiment !== experiment || other.size !== size) continue;
			if (other.findings !== null && findings === null) continue;
			runs.delete(other.id);
			rmSync(join(folder, `${other.id}.json`), { force: true });
		}
	};

	return {
		experiments,
		list: async () => [...runs.values()].toSorted((one, other) => other.startedAt.localeCompare(one.startedAt)),
		async start({ experiment, size, token }) {
			const known = (await experiments()).map(({ id }) => id);
			if (!known.includes(experiment)) {
				throw new BasinError('not_found', `There is no experiment "${experiment}"; there are ${known.join(', ')}.`);
			}
			if (running !== null) {
				const sentence = `The experiment ${running.run.experiment} is running; one at a time, since some measure time.`;
				throw new BasinError('state_conflict', sentence);
			}
			const now = new Date();
			const run: LabRun = {
				...{ id: `lab_${now.getTime().toString(36)}`, experiment, size, state: 'running' },
				...{ startedAt: now.toISOString(), finishedAt: null, lines: [], failure: null, findings: null },
			};
			const out = join(folder, `${run.id}-report`);
			const args = [script, 'lab', 'run', experiment, `--${size}`, '--out', out];
			const env = { ...environment, BASIN_URL: url(), ...(token === null ? {} : { BASIN_TOKEN: token }) };
			const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
			running = { run, child };
			createInterface(child.stderr!).on('line', (line) => {
				run.lines = [...run.lines, line.trim()].slice(-linesKept);
			});
			child.on('close', () => {
				running = null;
				conclude(run, join(out, 'lab.json'));
				rmSync(out, { recursive: true, force: true });
				save(run);
				forget(run);
			});
			save(run);
			return run;
		},
		async cancel(runId) {
			const run = runs.get(runId);
			if (run !== undefined && running?.run.id === runId) {
				run.state = 'cancelled';
				running.child.kill('SIGINT');
			}
			return run ?? null;
		},
		stop: () => void running?.child.kill('SIGINT'),
	};
}

/** What the child left: findings, the sentence of a failure, or nothing. */
function conclude(run: LabRun, file: string): void {
	run.finishedAt = new Date().toISOString();
	if (run.state === 'cancelled') return;
	try {
		const { result } = (JSON.parse(readFileSync(file, 'utf8')) as Report).entries[0]!;
		if ('findings' in result) Object.assign(run, { state: 'done', findings: result.findings });
		else Object.assign(run, { state: 'failed', failure: result.failure });
	} catch {
		Object.assign(run, { state: 'failed', failure: run.lines.at(-1) ?? 'It ended without a word.' });
	}
}

/** Runs of earlier starts; one that was running then was ended with its server. */
function readRuns(folder: string): LabRun[] {
	const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
	return files.flatMap((name) => {
		const parsed = LabRun.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
		if (!parsed.success) return [];
		const run = parsed.data;
		return [run.state === 'running' ? { ...run, state: 'failed' as const, failure: 'The server was stopped.' } : run];
	});
}
