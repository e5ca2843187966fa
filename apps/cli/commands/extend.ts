import type { ExtendedSweep, SweepExtensionInput } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, sweepIdArgument } from '../arguments.ts';
import { usageFailure } from '../failure.ts';
import { count } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';

type Options = {
	seeds?: number[];
	batchSize?: (number | 'full')[];
	eta?: number[];
	lambda?: number[];
	epochs?: number;
	json?: boolean;
};
type BatchSizes = Extract<NonNullable<SweepSpecInput['grid']>['batchSize'], unknown[]>;

/** `basin extend SWEEP` */
export function extendCommand(shell: Shell): Command {
	const command = new Command('extend')
		.description('give a sweep more seeds or values; nothing that was done is done again')
		.argument('<sweep>', 'its id', sweepIdArgument)
		.option('--seeds <list>', 'more seeds, for every configuration', numbers)
		.option('--batch-size <list>', 'more batch sizes B; full is the whole training set', batchSizes)
		.option('--eta <list>', 'more learning rates η', numbers)
		.option('--lambda <list>', 'more momenta λ', numbers)
		.option('--epochs <count>', 'not possible: submit a new sweep', Number)
		.addOption(jsonOption())
		.action((sweepId: string, options: Options) => extend(shell, sweepId, options));
	return addExamples(command, shell, [['extend swp_… --seeds 3,4'], ['extend swp_… --eta 0.3,0.5 --batch-size full']]);
}

async function extend(shell: Shell, sweepId: string, options: Options): Promise<void> {
	const extension = extensionOf(options);
	if (Object.keys(extension).length === 0) {
		throw usageFailure('Say what the sweep gets: --seeds, --batch-size, --eta or --lambda.');
	}
	const sweep = await shell.client.extendSweep(sweepId, extension, { signal: shell.interrupted });
	if (options.json) return shell.printJson(sweep);
	shell.print(addedText(sweep));
	for (const { pointer, message } of sweep.skipped) shell.note(`${pointer} ${message}.`);
	if (sweep.added.trials > 0) shell.note(`Watch it: ${shell.commandLine('watch', sweep.id)}`);
}

function extensionOf({ seeds, batchSize, eta, lambda, epochs }: Options): SweepExtensionInput {
	const grid = {
		...(batchSize && { batchSize: batchSize as BatchSizes }),
		...(eta && { eta }),
		...(lambda && { lambda }),
	};
	return {
		...(seeds && { seeds }),
		...(Object.keys(grid).length > 0 && { grid }),
		...(epochs !== undefined && { epochs }),
	};
}

function addedText({ id, added }: ExtendedSweep): string {
	if (added.trials === 0) return `${id} has all of that already.`;
	const parts = [count(added.configurations, 'configuration'), count(added.seeds, 'seed')];
	return `${id} gets ${count(added.trials, 'trial')}: ${parts.join(' and ')} more.`;
}

function numbers(list: string): number[] {
	return list.split(',').map((text) => {
		const number = Number(text);
		if (text.trim() === '' || !Number.isFinite(number)) throw notAList();
		return number;
	});
}

function batchSizes(list: string): (number | 'full')[] {
	return list.split(',').flatMap<number | 'full'>((text) => (text.trim() === 'full' ? ['full'] : numbers(text)));
}

function notAList(): InvalidArgumentError {
	return new InvalidArgumentError('It must be numbers with commas between them, such as 0.1,0.3.');
}
