import { DatasetName, EngineChoice } from '@basin/core/contracts/sweep-spec.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { finiteNumber, positiveInteger, wholeNumber } from './arguments.ts';
import { usageFailure } from './failure.ts';
import type { SpecFile } from './spec-file.ts';

/** What the command line puts in place of a part of the spec: `--grid.eta 0.1,0.3` is `['grid', 'eta']`. */
export type Override = { flag: string; path: string[]; value: unknown };

/** As commander collects them: under each flag's name, and those of `--set` as a list. */
export type OverrideOptions = Record<string, unknown> & { set?: Override[] };

const presets = ['softmax', 'mlp', 'cnn', 'keskar-f1', 'keskar-c1', 'resnet8'];

/** In this order they are applied: a preset comes before what it is told. */
const options = [
	new Option('--name <text>', 'the sweep’s name'),
	new Option('--dataset.name <name>', `${DatasetName.options.join(', ')}, or an uploaded one`),
	new Option('--dataset.validation <share>', 'held out: a count, a fraction, or test').argParser(validationArgument),
	new Option('--model.preset <name>', `${presets.join(', ')}; another one drops what the file says of its model`),
	new Option('--model.hidden <sizes>', 'of an mlp, such as 128,64').argParser(wholeNumbers),
	new Option('--grid.batchSize <values>', 'such as 10,100,full or 8..512:7:log').argParser(batchSizeAxis),
	new Option('--grid.eta <values>', 'such as 0.01,0.1 or 0.001..1:4:log').argParser(axisArgument),
	new Option('--grid.lambda <values>', 'such as 0,0.9 or 0..0.9:4').argParser(axisArgument),
	new Option('--seeds <list>', 'such as 0,1,2 or 0..4').argParser(wholeNumbers),
	new Option('--epochs <count>', 'of every trial').argParser(positiveInteger),
	new Option('--engine <name>', EngineChoice.options.join(', ')),
	new Option('--budget.maxTrials <count>', 'refuse a sweep of more').argParser(positiveInteger),
	new Option('--budget.maxSeconds <s>', 'stop the sweep after so long').argParser(finiteNumber),
	new Option('--budget.maxFailedTrials <count>', 'stop the sweep after more failures').argParser(finiteNumber),
];

/** Adds the options that change a spec. */
export function addOverrideOptions(command: Command): Command {
	for (const option of options) command.addOption(option.helpGroup('In place of what the spec says:'));
	const set = new Option('--set <path=value>', 'anything else, such as labels.team=vision or optimizer.kind=adam')
		.argParser(setArgument)
		.helpGroup('In place of what the spec says:');
	return command.addOption(set);
}

export function overridesOf(given: OverrideOptions): Override[] {
	const named = options.flatMap((option): Override[] => {
		const value = given[option.attributeName()];
		const path = option.long!.slice(2).split('.');
		return value === undefined ? [] : [{ flag: option.long!, path, value }];
	});
	return [...named, ...(given.set ?? [])];
}

/** The spec with the overrides in it; a complaint about one of them points at its flag. */
export function withOverrides(file: SpecFile, overrides: Override[]): SpecFile {
	const spec = overrides.reduce<unknown>(apply, file.spec) as SpecFile['spec'];
	const placeOf = (pointer: string) => {
		const found = overrides.findLast(({ path }) => `${pointer}/`.startsWith(`/${path.join('/')}/`));
		return found?.flag ?? file.placeOf(pointer);
	};
	return { ...file, spec, placeOf };
}

function apply(spec: unknown, override: Override): unknown {
	const { model } = spec as { model?: { preset?: unknown } };
	const isOtherPreset = override.path.join('.') === 'model.preset' && model?.preset !== override.value;
	if (isOtherPreset) return { ...(spec as object), model: { preset: override.value } };
	return replaceAt(spec, override.path, override);
}

function replaceAt(holder: unknown, path: string[], override: Override): unknown {
	const [key, ...rest] = path;
	if (key === undefined) return override.value;
	if (Array.isArray(holder)) {
		if (!/^\d+$/.test(key) || Number(key) >= holder.length)
			throw usageFailure(`${override.flag} ${override.path.join('.')}: ${key} is none of the ${holder.length} there.`);
		return holder.with(Number(key), replaceAt(holder[Number(key)], rest, override));
	}
	if (typeof holder !== 'object' && holder !== undefined)
		throw usageFailure(`${override.flag} ${override.path.join('.')}: what is before ${key} holds no others.`);
	const object = (holder ?? {}) as Record<string, unknown>;
	return { ...object, [key]: replaceAt(Object.hasOwn(object, key) ? object[key] : undefined, rest, override) };
}

/** `0.01,0.1`, or a range: `0.001..1:4` is four values evenly apart, `0.001..1:4:log` evenly in their logarithms. */
export function axisArgument(text: string): unknown {
	return rangeOf(text) ?? text.split(',').map(finiteNumber);
}

function batchSizeAxis(text: string): unknown {
	return rangeOf(text) ?? text.split(',').map((part) => (part.trim() === 'full' ? 'full' : positiveInteger(part)));
}

function rangeOf(text: string): object | undefined {
	if (!text.includes('..')) return undefined;
	const parts = /^(?<from>[^:]+?)\.\.(?<to>[^:]+):(?<steps>[^:]+)(:(?<scale>linear|log))?$/.exec(text.trim())?.groups;
	if (!parts)
		throw new InvalidArgumentError('A range is FROM..TO:STEPS or FROM..TO:STEPS:log, such as 0.001..1:4:log.');
	return {
		from: finiteNumber(parts.from!),
		to: finiteNumber(parts.to!),
		steps: positiveInteger(parts.steps!),
		...(parts.scale && { scale: parts.scale }),
	};
}

/** `0,1,2`, or `0..4` for all between. */
function wholeNumbers(text: string): number[] {
	const [from, to, more] = text.split('..').map((part) => part.split(',').map(wholeNumber));
	if (to === undefined) return from!;
	const [first, last] = [from!.at(0)!, to.at(-1)!];
	if (more !== undefined || from!.length + to.length > 2 || last < first || last - first >= 10_000)
		throw new InvalidArgumentError('It must be whole numbers such as 0,1,2, or the first and last such as 0..4.');
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function validationArgument(text: string): number | 'test' {
	return text.trim() === 'test' ? 'test' : finiteNumber(text);
}

/** The value is YAML: `3` is a number, `[1, 2]` a list, and what is nothing else a text. */
function setArgument(text: string, before: Override[] = []): Override[] {
	const [, path, value] = /^([\w-]+(?:\.[\w-]+)*)=(.*)$/s.exec(text) ?? [];
	if (path === undefined || value === undefined)
		throw new InvalidArgumentError('It must be a path and a value such as labels.team=vision.');
	try {
		return [...before, { flag: '--set', path: path.split('.'), value: parseYaml(value) }];
	} catch {
		throw new InvalidArgumentError(`"${value}" is not YAML: put what is a text into quotes.`);
	}
}
