import { type Sweep, trainingRuleText } from '@basin/client';
import { Command } from 'commander';
import { jsonOption, sweepIdArgument } from '../arguments.ts';
import { configurationText, count, duration, percent, timestamp } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderFields } from '../table.ts';

/** `basin show ID` */
export function showCommand(shell: Shell): Command {
	const command = new Command('show')
		.description('show a sweep: its spec, progress and best configuration')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(jsonOption())
		.action(async (sweepId: string, options: { json?: boolean }) => {
			const sweep = await shell.client.getSweep(sweepId, { signal: shell.interrupted });
			if (options.json) shell.printJson(sweep);
			else shell.print(sweepText(shell, sweep));
		});
	return addExamples(command, shell, [['show swp_…'], ['show swp_… --json']]);
}

function sweepText(shell: Shell, sweep: Sweep): string {
	const { spec, counts, progress, best } = sweep;
	const { total: _, ...states } = counts;
	const inStates = Object.entries(states).filter(([, n]) => n > 0);
	const labels = Object.entries(sweep.labels).map(([key, value]) => `${key}:${value}`);
	return renderFields([
		['Sweep', sweep.id],
		['Name', sweep.name],
		['State', sweep.stopReason ? `${sweep.state} (${sweep.stopReason})` : sweep.state],
		[
			'Progress',
			`${Math.floor(progress.fraction * 100)} %, ${progress.epochsDone} of ${count(progress.epochsTotal, 'epoch')}`,
		],
		['ETA', progress.etaSeconds === null ? null : duration(progress.etaSeconds)],
		['Trials', `${counts.total}: ${inStates.map(([state, n]) => `${n} ${state}`).join(', ')}`],
		[
			'Best',
			best &&
				`${percent(best.valAccuracyMean)} % over ${count(best.seeds, 'seed')} (${configurationText(best.configuration)})`,
		],
		['Best trial', best?.trialId],
		['Data set', `${spec.dataset.name}, ${sweep.trainSize} examples trained on, ${validationText(sweep)}`],
		['Model', modelText(sweep)],
		['Update rule', trainingRuleText(spec)],
		[
			'Configurations',
			`${sweep.configurations}, each with ${count(spec.seeds.length, 'seed')} for ${count(spec.epochs, 'epoch')}`,
		],
		['Labels', labels.join(', ')],
		['Devices', sweep.devices.map((device) => device.label).join('; ')],
		['Created', timestamp(sweep.createdAt)],
		['Started', sweep.startedAt && timestamp(sweep.startedAt)],
		['Finished', sweep.finishedAt && timestamp(sweep.finishedAt)],
		['Page', `${shell.url}/sweeps/${sweep.id}`],
	]);
}

function validationText(sweep: Sweep): string {
	const { validation } = sweep.spec.dataset;
	if (validation === 'test') return 'validated on the official test split';
	return `${validation < 1 ? `${validation * 100} %` : validation} held out for validation`;
}

function modelText(sweep: Sweep): string {
	const { model } = sweep.spec;
	if (model.preset === 'mlp') return `mlp, hidden ${model.hidden.join(' × ')}, ${model.activation}`;
	return 'layers' in model ? `custom, ${model.layers.map(({ type }) => type).join(' → ')}` : model.preset;
}
