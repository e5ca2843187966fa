import { setTimeout as delay } from 'node:timers/promises';
import { readEnv } from '@basin/core/contracts/env.ts';
import { Command, Option } from 'commander';
import { jsonLinesOption, positiveInteger, trialIdArgument } from '../arguments.ts';
import { usageFailure } from '../failure.ts';
import { addExamples } from '../help.ts';
import { byTime, type LogLine, printLogLine } from '../logs/log-line.ts';
import { openStackLog, type StackLog } from '../logs/stack-log.ts';
import { openTrialLog } from '../logs/trial-log.ts';
import type { Shell } from '../shell.ts';

type Options = { follow?: boolean; lines: number; process?: string[]; home?: string; json?: boolean };

const lookEveryMs = 500;

/** `basin logs [TRIAL]` */
export function logsCommand(shell: Shell): Command {
	const command = new Command('logs')
		.description('say what happened to a trial, or what the processes of "basin start" on this machine say')
		.argument('[trial]', 'a trial’s id: its attempts and epochs', trialIdArgument)
		.option('-f, --follow', 'go on with what comes: until the trial has ended, or Ctrl-C')
		.addOption(new Option('-n, --lines <count>', 'begin with the last so many').argParser(positiveInteger).default(200))
		.addOption(new Option('--process <name...>', 'only of these processes of this machine, such as api or worker-1'))
		.option('--home <dir>', 'the data folder of "basin start" (or BASIN_HOME)')
		.addOption(jsonLinesOption())
		.action((trialId: string | undefined, options: Options) =>
			trialId === undefined ? stackLogs(shell, options) : trialLogs(shell, trialId, options),
		);
	return addExamples(command, shell, [
		['logs trl_… --follow', 'a trial as it trains'],
		['logs --process api worker-1 --lines 50', 'of the processes on this machine'],
	]);
}

async function stackLogs(shell: Shell, options: Options): Promise<void> {
	const log = await openHere(shell, options);
	if (log === null)
		throw usageFailure(
			`There are no logs in ${homeOf(shell, options)}: Basin was not started here.`,
			'name the data folder with --home or BASIN_HOME, or a trial whose story the API knows.',
		);
	for (let lines = (await log.next()).slice(-options.lines); ; lines = await log.next()) {
		for (const line of lines) printLogLine(shell, line, options);
		if (!options.follow) return;
		await delay(lookEveryMs, undefined, { signal: shell.interrupted });
	}
}

/** What the API knows, and what the processes of this machine wrote about it, if it ran here. */
async function trialLogs(shell: Shell, trialId: string, options: Options): Promise<void> {
	const story = openTrialLog(shell.client, trialId, shell.interrupted);
	const here = await openHere(shell, options);
	for (let isFirst = true; ; isFirst = false) {
		const { lines, ended } = await story.next();
		const written = ((await here?.next()) ?? []).filter((line) => line.fields.trialId === trialId).map(withoutId);
		const all = [...lines, ...written].sort(byTime);
		for (const line of isFirst ? all.slice(-options.lines) : all) printLogLine(shell, line, options);
		if (ended || !options.follow) return;
		await delay(lookEveryMs, undefined, { signal: shell.interrupted });
	}
}

function withoutId(line: LogLine): LogLine {
	const { trialId: _, ...fields } = line.fields;
	return { ...line, fields };
}

/** @throws Failure (usage) for a process that has no log here */
async function openHere(shell: Shell, options: Options): Promise<StackLog | null> {
	const { process: only = [] } = options;
	const log = await openStackLog(homeOf(shell, options), only);
	const unknown = only.find((name) => log !== null && !log.processes.includes(name));
	if (unknown !== undefined)
		throw usageFailure(`No process here is called ${unknown}.`, `these have logs: ${log!.processes.join(', ')}.`);
	return log;
}

function homeOf(shell: Shell, { home }: Options): string {
	return home ?? readEnv({ BASIN_HOME: shell.surroundings.environment.BASIN_HOME }).BASIN_HOME;
}
