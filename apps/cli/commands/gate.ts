import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GateReport } from '@basin/client';
import { GateCompare, GateInput, GateMetric } from '@basin/core/contracts/gates.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { finiteNumber, jsonOption, sweepIdArgument, timeoutOption } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { gateJunit } from '../gate-report/junit.ts';
import { gateMarkdown } from '../gate-report/markdown.ts';
import { gateTable } from '../gate-report/table.ts';
import type { Shell } from '../shell.ts';
import { requireCompleted, waitForSweep } from '../wait-for-sweep.ts';
import { baselineArgument } from './baseline.ts';

type Margin = number | string;
type RuleOptions = { metric: GateMetric; maxDrop?: Margin; maxRise?: Margin }[];

export type GateOptions = {
	baseline?: string;
	against?: string;
	compare: GateCompare;
	alpha?: number;
	inconclusive: 'pass' | 'fail';
	timeout?: number;
	json?: boolean;
	junit?: string;
	markdown?: string;
};

/** `basin gate SWEEP` */
export function gateCommand(shell: Shell): Command {
	const rules: RuleOptions = [];
	return new Command('gate')
		.description('wait for a sweep, and fail when it is worse than a baseline by more than noise explains')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(new Option('--baseline <name>', 'a stored baseline').argParser(baselineArgument).conflicts('against'))
		.addOption(new Option('--against <sweep>', 'another sweep, in place of a baseline').argParser(sweepIdArgument))
		.addOption(
			new Option('--metric <name>', 'what must not get worse; repeatable, each followed by its margin').argParser(
				(value) => void rules.push({ metric: metricOption(value) }),
			),
		)
		.addOption(
			new Option('--max-drop <amount>', 'of the accuracy before it: 0.005, or 1% of the baseline').argParser((value) =>
				setMargin(rules, 'maxDrop', value),
			),
		)
		.addOption(
			new Option('--max-rise <amount>', 'of the time before it: 0.02 (seconds), or 10% of the baseline').argParser(
				(value) => setMargin(rules, 'maxRise', value),
			),
		)
		.addOption(
			new Option('--compare <which>', 'the best configuration of each side, or each that both have')
				.choices(GateCompare.options)
				.default('best'),
		)
		.addOption(
			new Option('--alpha <p>', 'how often noise alone may fail, over all comparisons; 0.05').argParser(finiteNumber),
		)
		.addOption(
			new Option('--inconclusive <result>', 'of what cannot be compared: one seed, times of another device')
				.choices(['pass', 'fail'])
				.default('pass'),
		)
		.addOption(timeoutOption())
		.addOption(jsonOption())
		.option('--junit <file>', 'also write JUnit XML')
		.option('--markdown <file>', 'also write Markdown')
		.addHelpText('after', helpOf(shell.surroundings.invocation))
		.action((sweepId: string, options: GateOptions) => gate(shell, sweepId, rules, options));
}

const helpOf = (invocation: string) => `
Exits ${exitCodes.ok} without a regression, ${exitCodes.failed} when the sweep failed, ${exitCodes.regression} on a regression, ${exitCodes.timeout} after --timeout.
Without --metric: valAccuracy, by at most 0.005 (half a point).

Examples:
  ${invocation} gate swp_… --baseline main --metric valAccuracy --max-drop 0.005 --metric epochSeconds --max-rise 10%
  ${invocation} gate swp_… --against swp_… --compare each --junit gate.xml --markdown gate.md`;

function metricOption(value: string): GateMetric {
	const parsed = GateMetric.safeParse(value);
	if (!parsed.success) throw new InvalidArgumentError(`It must be one of ${GateMetric.options.join(', ')}.`);
	return parsed.data;
}

function setMargin(rules: RuleOptions, name: 'maxDrop' | 'maxRise', value: string): void {
	const rule = rules.at(-1);
	if (rule === undefined) throw new InvalidArgumentError('It belongs after a --metric.');
	if (rule.maxDrop !== undefined || rule.maxRise !== undefined)
		throw new InvalidArgumentError(`${rule.metric} has a margin already.`);
	rule[name] = value.endsWith('%') ? value : finiteNumber(value);
}

async function gate(shell: Shell, sweepId: string, rules: RuleOptions, options: GateOptions): Promise<void> {
	const input = readInput(rules, options);
	requireCompleted(shell, await waitForSweep(shell, sweepId, options.timeout));
	const report = await shell.client.gateSweep(sweepId, input, { signal: shell.interrupted });
	if (options.junit !== undefined) await write(options.junit, gateJunit(report));
	if (options.markdown !== undefined) await write(options.markdown, gateMarkdown(report));
	if (options.json) shell.printJson(report);
	else shell.print(gateTable(shell, report));
	shell.exitCode = gateExitCode(report);
}

export function gateExitCode({ verdict }: GateReport): number {
	return verdict === 'passed' ? exitCodes.ok : exitCodes.regression;
}

/** Checked here, before anything is waited for. */
function readInput(rules: RuleOptions, { baseline, against, compare, alpha, inconclusive }: GateOptions): GateInput {
	if (baseline === undefined && against === undefined)
		throw usageFailure('Name what to compare with: --baseline NAME or --against SWEEP.');
	for (const { metric, maxDrop, maxRise } of rules) {
		const needed = metric.endsWith('Accuracy') ? 'maxDrop' : 'maxRise';
		if ({ maxDrop, maxRise }[needed] === undefined)
			throw usageFailure(`--metric ${metric} needs ${needed === 'maxDrop' ? '--max-drop' : '--max-rise'} after it.`);
	}
	const given = { baseline, against, compare, alpha, inconclusive, metrics: rules.length > 0 ? rules : undefined };
	const parsed = GateInput.safeParse(
		Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
	);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw usageFailure(`${issue?.path.join('.')} ${issue?.message}.`);
}

async function write(path: string, text: string): Promise<void> {
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text);
	} catch (error) {
		throw usageFailure(`${path} cannot be written: ${(error as Error).message}.`);
	}
}
