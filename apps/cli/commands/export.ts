import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat, ExportTable } from '@basin/client';
import { Command, Option } from 'commander';
import { sweepIdArgument } from '../arguments.ts';
import { writeMlflow } from '../exports/mlflow.ts';
import { writeTensorboard } from '../exports/tensorboard.ts';
import { trialRuns } from '../exports/trial-runs.ts';
import { usageFailure } from '../failure.ts';
import { byteSize, count } from '../format.ts';
import type { Shell } from '../shell.ts';

type Options = { what: ExportTable | 'tensorboard' | 'mlflow'; format?: ExportFormat; out?: string };

const formats = ['csv', 'ndjson', 'parquet'] as const;

const examples = `
Examples:
  basin export swp_… > board.csv
  basin export swp_… --what metrics --out epochs.parquet
  basin export swp_… --what trials --format ndjson | jq .state
  basin export swp_… --what tensorboard --out runs    then: tensorboard --logdir runs
  basin export swp_… --what mlflow --out mlruns       then: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri mlruns
`;

/** `basin export SWEEP --what leaderboard|trials|metrics|tensorboard|mlflow` */
export function exportCommand(shell: Shell): Command {
	return new Command('export')
		.description('take a sweep to other tools: CSV, NDJSON, Parquet, TensorBoard, MLflow')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(
			new Option('--what <what>', 'a table, or a folder that another tool reads')
				.choices(['leaderboard', 'trials', 'metrics', 'tensorboard', 'mlflow'])
				.default('leaderboard'),
		)
		.addOption(
			new Option('--format <format>', 'of a table; by default what the name of --out ends with, else csv').choices(
				formats,
			),
		)
		.option('--out <path>', 'the file, or the folder for tensorboard and mlflow; by default the table is printed')
		.addHelpText('after', examples)
		.action((sweepId: string, options: Options) => exportSweep(shell, sweepId, options));
}

async function exportSweep(shell: Shell, sweepId: string, { what, format, out }: Options): Promise<void> {
	if (what !== 'tensorboard' && what !== 'mlflow') return exportTable(shell, sweepId, { what, format, out });
	if (format !== undefined) throw usageFailure(`--format is for tables; ${what} has a format of its own.`);
	if (out === undefined) throw usageFailure(`--what ${what} writes a folder: name it with --out.`);
	const sweep = await shell.client.getSweep(sweepId, { signal: shell.interrupted });
	const write = what === 'tensorboard' ? writeTensorboard : writeMlflow;
	const written = await write(out, sweep, trialRuns(shell.client, sweepId, shell.interrupted));
	shell.note(`${out}  ${count(written, 'run')}`);
}

async function exportTable(
	shell: Shell,
	sweepId: string,
	{ what, format, out }: { what: ExportTable; format: ExportFormat | undefined; out: string | undefined },
): Promise<void> {
	const chosen = format ?? formatOf(out);
	const { stdout } = shell.surroundings;
	if (out === undefined && chosen === 'parquet' && stdout.isTTY)
		throw usageFailure('Parquet is no text: name a file with --out, or send it to another program.');
	const bytes = shell.client.exportSweep(sweepId, { table: what, format: chosen, signal: shell.interrupted });
	if (out === undefined) return pipeline(bytes, stdout, { end: false });
	const partial = `${out}.part`;
	try {
		const file = createWriteStream(partial);
		await pipeline(bytes, file);
		// Under its own name only when it is whole.
		await rename(partial, out);
		shell.note(`${out}  ${byteSize(file.bytesWritten)}`);
	} finally {
		await rm(partial, { force: true });
	}
}

function formatOf(out: string | undefined): ExportFormat {
	const extension = out === undefined ? '' : extname(out).slice(1);
	return formats.find((format) => format === extension) ?? 'csv';
}
