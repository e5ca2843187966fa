import type { DatasetInfo } from '@basin/client';
import { DatasetFormat } from '@basin/core/contracts/datasets.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { finiteNumber, jsonOption, positiveInteger } from '../arguments.ts';
import { guessFormat, sendParts, withFiles } from '../dataset-upload.ts';
import { usageFailure } from '../failure.ts';
import { byteSize } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';
import { renderTable } from '../table.ts';

type AddOptions = {
	name: string;
	format?: DatasetFormat;
	scale?: number;
	shape?: number[];
	testFraction?: number;
	json?: boolean;
};

/** `basin dataset add|list|delete` */
export function datasetCommand(shell: Shell): Command {
	const command = new Command('dataset')
		.description('bring your own data set, list those that there are, or delete one')
		.addCommand(addCommand(shell))
		.addCommand(listCommand(shell))
		.addCommand(deleteCommand(shell));
	return addExamples(command, shell, [['dataset list'], ['dataset add points.csv --name points']]);
}

function addCommand(shell: Shell): Command {
	const command = new Command('add')
		.description('upload a data set, have it checked, and give it a name that sweeps use')
		.argument('<files...>', 'one .npz, .safetensors or .csv file (train and test in two .csv), or IDX files in pairs')
		.requiredOption('--name <name>', 'how sweeps call it')
		.addOption(new Option('--format <format>', 'by the name of the file unless told').choices(DatasetFormat.options))
		.addOption(
			new Option('--scale <number>', 'multiplies every value; 1/255 for bytes, else 1').argParser(finiteNumber),
		)
		.addOption(new Option('--shape <sizes>', 'of one example, such as 28,28,1').argParser(sizesArgument))
		.addOption(
			new Option('--test-fraction <f>', 'held out when the files have no test part; 0.2').argParser(finiteNumber),
		)
		.addOption(jsonOption())
		.action(async (paths: string[], options: AddOptions) => {
			const info = await withFiles(paths, async (files) => {
				const upload = await shell.client.createDataset(
					{
						name: options.name,
						format: options.format ?? guessFormat(paths[0]!),
						files: files.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
						...(options.scale !== undefined && { inputScale: options.scale }),
						...(options.shape !== undefined && { inputShape: options.shape }),
						...(options.testFraction !== undefined && { testFraction: options.testFraction }),
					},
					{ signal: shell.interrupted },
				);
				const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
				const onSent = (bytes: number) => shell.note(`sent ${byteSize(bytes)} of ${byteSize(total)}`);
				await sendParts({ upload, files, signal: shell.interrupted, onSent });
				return shell.client.finalizeDataset(upload.id, { signal: shell.interrupted });
			});
			if (options.json) return shell.printJson(info);
			shell.print(`Added ${info.name}: ${shapeOf(info)}, ${info.classes} classes, ${sizesOf(info)}.`);
			shell.note(`A sweep trains on it with "dataset": { "name": "${info.name}" }.`);
		});
	return addExamples(command, shell, [
		['dataset add points.csv --name points', 'a fifth is held out for test'],
		['dataset add train.npz --name cells --shape 28,28,1 --scale 0.00392'],
	]);
}

function listCommand(shell: Shell): Command {
	const command = new Command('list')
		.description('list the data sets that a sweep can name')
		.addOption(jsonOption())
		.action(async (options: { json?: boolean }) => {
			const { items } = await shell.client.listDatasets({ signal: shell.interrupted });
			if (options.json) return shell.printJson({ items, nextCursor: null });
			const heads = ['Name', 'Example', 'Classes', 'Train', 'Test', 'From'];
			const rows = items.map((info) => [
				info.name,
				shapeOf(info),
				`${info.classes}`,
				`${info.trainSize}`,
				`${info.testSize}`,
				info.id === null ? 'built in' : 'uploaded',
			]);
			shell.print(
				renderTable(
					heads.map((head) => ({ head })),
					rows,
				),
			);
		});
	return addExamples(command, shell, [['dataset list']]);
}

function deleteCommand(shell: Shell): Command {
	const command = new Command('delete')
		.description('delete an uploaded data set; ended sweeps that trained on it stay')
		.argument('<name>', 'its name')
		.addOption(jsonOption())
		.action(async (name: string, options: { json?: boolean }) => {
			const { items } = await shell.client.listDatasets({ signal: shell.interrupted });
			const found = items.find((info) => info.name === name);
			const list = `"${shell.commandLine('dataset', 'list')}" shows what there is.`;
			if (!found) throw usageFailure(`There is no data set named ${name}.`, list);
			if (found.id === null) throw usageFailure(`${name} is built in and cannot be deleted.`, list);
			const deleted = await shell.client.deleteDataset(found.id, { signal: shell.interrupted });
			if (options.json) return shell.printJson(deleted);
			shell.print(`Deleted ${deleted.name}.`);
		});
	return addExamples(command, shell, [['dataset delete points']]);
}

const shapeOf = ({ inputShape }: DatasetInfo) => inputShape.join(' × ');
const sizesOf = ({ trainSize, testSize }: DatasetInfo) => `${trainSize} for training and ${testSize} for test`;

function sizesArgument(value: string): number[] {
	const sizes = value.split(',');
	if (sizes.length > 3) throw new InvalidArgumentError('It has three sizes at most: height, width, channels.');
	return sizes.map(positiveInteger);
}
