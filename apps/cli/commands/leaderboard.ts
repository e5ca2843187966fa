import { type LeaderboardEntry, type LeaderboardQuery, type Sweep, take } from '@basin/client';
import { RankBy } from '@basin/core/contracts/api.ts';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Command, Option } from 'commander';
import { finiteNumber, jsonOption, positiveInteger, sweepIdArgument } from '../arguments.ts';
import { usageFailure } from '../failure.ts';
import { printable } from '../format.ts';
import { addExamples } from '../help.ts';
import { leaderboardTable } from '../leaderboard-table.ts';
import type { Shell } from '../shell.ts';

type Options = Pick<
	LeaderboardQuery,
	'rankBy' | 'target' | 'accuracy' | 'batchSize' | 'eta' | 'lambda' | 'device' | 'minSeeds'
> & {
	limit?: number;
	json?: boolean;
	csv?: boolean;
};

const tableLimit = 20;
const pageSize = 100;

/** `basin leaderboard ID` */
export function leaderboardCommand(shell: Shell): Command {
	const command = new Command('leaderboard')
		.description('rank the configurations of a sweep')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(new Option('--rank-by <measure>', 'what ranks').choices(RankBy.options).default('valAccuracy'))
		.addOption(
			new Option('--target <accuracy>', 'the validation accuracy that secondsToTarget asks for, 0 to 1').argParser(
				finiteNumber,
			),
		)
		.addOption(
			new Option('--accuracy <epoch>', 'of the best validation epoch, or of the last').choices(['best', 'final']),
		)
		.addOption(new Option('--batch-size <B>', 'only this batch size').argParser(positiveInteger))
		.addOption(new Option('--eta <η>', 'only this learning rate').argParser(finiteNumber))
		.addOption(new Option('--lambda <λ>', 'only this momentum').argParser(finiteNumber))
		.option('--device <key>', 'only results of this device')
		.addOption(new Option('--min-seeds <count>', 'only with this many seeds that succeeded').argParser(positiveInteger))
		.addOption(
			new Option('--limit <count>', `at most this many (${tableLimit} in the table, all as JSON)`).argParser(
				positiveInteger,
			),
		)
		.addOption(jsonOption())
		.addOption(new Option('--csv', 'print all as CSV with full precision').conflicts(['json', 'limit']))
		.action((sweepId: string, options: Options) => leaderboard(shell, sweepId, options));
	return addExamples(command, shell, [
		['leaderboard swp_…'],
		['leaderboard swp_… --rank-by pareto --batch-size 100', 'accuracy against seconds, of one batch size'],
		['leaderboard swp_… --rank-by secondsToTarget --target 0.97', 'which is first to an accuracy of 97 %'],
		['leaderboard swp_… --csv > board.csv'],
	]);
}

async function leaderboard(shell: Shell, sweepId: string, options: Options): Promise<void> {
	const { limit, json, csv, ...query } = options;
	if ((query.rankBy === 'secondsToTarget') !== (query.target !== undefined)) {
		throw usageFailure('--rank-by secondsToTarget and --target go together.', 'add for example --target 0.97.');
	}
	const call = { signal: shell.interrupted };
	if (csv) return shell.write(await shell.client.leaderboardCsv(sweepId, query, call));
	const wanted = limit ?? (json ? Number.POSITIVE_INFINITY : tableLimit);
	const entries = await take(
		shell.client.eachLeaderboardEntry(sweepId, { ...query, limit: Math.min(wanted, pageSize) }, call),
		wanted,
	);
	if (json) return shell.printJson({ items: entries, nextCursor: null });
	printBoard(shell, await shell.client.getSweep(sweepId, call), entries);
	if (query.target === undefined || entries.some(({ secondsToTarget }) => secondsToTarget !== null)) return;
	shell.note(
		`No configuration reached ${query.target} with more than half of its seeds, so these are ranked by accuracy.`,
	);
}

function printBoard(shell: Shell, sweep: Sweep, entries: LeaderboardEntry[]): void {
	const running = isTerminalSweep(sweep.state) ? '' : ' (not finished: ranks may change)';
	shell.print(`${printable(sweep.name)} · ${sweep.dataset} · ${sweep.model} · ${sweep.state}${running}`);
	shell.print('');
	shell.print(
		entries.length === 0
			? 'No configuration has finished yet, or none matches.'
			: leaderboardTable(shell, entries, sweep.trainSize),
	);
	if (entries.length > 0 && entries.length < sweep.configurations)
		shell.note(`${entries.length} of ${sweep.configurations} configurations.`);
}
