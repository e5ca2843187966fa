import type { RunRecord } from '@basin/core/contracts/run-record.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';

/** One training of a trial, as far as it can be compared. */
export type Run = {
	record: RunRecord;
	/** `succeeded`, or why it failed. */
	ending: string;
	epochs: Pick<EpochMetrics, (typeof measures)[number]>[];
	testAccuracy: number | null;
	bestValAccuracy: number | null;
	/** SHA-256 of `model.onnx`. */
	modelSha256: string | null;
};

const losses = ['trainLoss', 'valLoss'] as const;
const accuracies = ['trainAccuracy', 'valAccuracy'] as const;
type Losses = Pick<EpochMetrics, (typeof losses)[number]>;
const measures = ['updates', ...losses, ...accuracies] as const;

/** What engines are held to by their contract: losses over the first hundred updates, and examples that may tip. */
export const tolerance = { updates: 100, loss: 1e-4, accuracy: 0.002 } as const;

/**
 * `equal`: the same bits everywhere. `close`: within `tolerance`, which is all that another device class promises.
 * `deviates`: neither, or not the same bits on the same device class.
 */
export type Verdict = 'equal' | 'close' | 'deviates';

export type Reproduction = {
	verdict: Verdict;
	warnings: string[];
	device: { recorded: string; here: string; isSame: boolean };
	epochs: { recorded: number; here: number; equal: number; firstDifferent: number | null };
	/** Largest |a − b| / max(|a|, |b|) of any loss, up to 1; `early` only of epochs that end within the first 100 updates, null without one. */
	lossDeviation: { largest: number; early: number | null };
	/** Largest difference of any accuracy, as a fraction of the examples. */
	accuracyDeviation: number;
	ending: { recorded: string; here: string };
	testAccuracy: { recorded: number | null; here: number | null };
	model: { recordedSha256: string | null; sha256: string | null; isSame: boolean; accuracy: number | null };
};

/** @param modelAccuracy of the file that was written here, measured by plain onnxruntime on the examples that tested it */
export function compareRuns(recorded: Run, here: Run, modelAccuracy: number | null): Reproduction {
	const pairs = recorded.epochs.map((epoch, index) => [epoch, here.epochs[index]] as const);
	const isEqual = pairs.map(
		([one, other]) => other !== undefined && measures.every((name) => one[name] === other[name]),
	);
	const both = pairs.filter((pair): pair is [Run['epochs'][0], Run['epochs'][0]] => pair[1] !== undefined);
	const early = both.filter(([{ updates }]) => updates <= tolerance.updates);
	const accuracyPairs = [
		...both.flatMap(([one, other]) => accuracies.map((name) => [one[name], other[name]] as const)),
		[recorded.testAccuracy, here.testAccuracy] as const,
		[here.testAccuracy ?? here.bestValAccuracy, modelAccuracy] as const,
	];
	const firstDifferent = isEqual.indexOf(false);
	const facts = {
		warnings: warningsOf(recorded.record, here.record),
		device: {
			recorded: recorded.record.device.label,
			here: here.record.device.label,
			isSame: recorded.record.device.key === here.record.device.key && recorded.record.foreignEpochs === 0,
		},
		epochs: {
			recorded: recorded.epochs.length,
			here: here.epochs.length,
			equal: isEqual.filter(Boolean).length,
			firstDifferent: firstDifferent < 0 ? null : firstDifferent + 1,
		},
		lossDeviation: { largest: largestLoss(both), early: early.length === 0 ? null : largestLoss(early) },
		accuracyDeviation: Math.max(0, ...accuracyPairs.map(([one, other]) => differenceOf(one, other))),
		ending: { recorded: recorded.ending, here: here.ending },
		testAccuracy: { recorded: recorded.testAccuracy, here: here.testAccuracy },
		model: {
			recordedSha256: recorded.modelSha256,
			sha256: here.modelSha256,
			isSame: recorded.modelSha256 === here.modelSha256,
			accuracy: modelAccuracy,
		},
	};
	return { verdict: judge(facts), ...facts };
}

function judge(facts: Omit<Reproduction, 'verdict'>): Verdict {
	const { epochs, ending, lossDeviation, accuracyDeviation, device, model } = facts;
	const isSameCourse = epochs.here === epochs.recorded && ending.here === ending.recorded;
	if (!isSameCourse) return 'deviates';
	if (epochs.firstDifferent === null && model.isSame && accuracyDeviation === 0) return 'equal';
	const isClose = (lossDeviation.early ?? 0) <= tolerance.loss && accuracyDeviation <= tolerance.accuracy;
	return isClose && !device.isSame ? 'close' : 'deviates';
}

/** Of the losses of one epoch: the largest |a − b| / max(|a|, |b|), up to 1. */
export function lossDeviationOf(one: Losses, other: Losses): number {
	return Math.max(...losses.map((name) => relative(one[name], other[name])));
}

function largestLoss(pairs: [Losses, Losses][]): number {
	return Math.max(0, ...pairs.map((pair) => lossDeviationOf(...pair)));
}

function relative(one: number | null, other: number | null): number {
	if (one === other) return 0;
	if (one === null || other === null) return 1;
	return Math.min(1, Math.abs(one - other) / Math.max(Math.abs(one), Math.abs(other)));
}

function differenceOf(one: number | null, other: number | null): number {
	if (one === other) return 0;
	return one === null || other === null ? 1 : Math.abs(one - other);
}

/** What may explain a deviation. */
function warningsOf(recorded: RunRecord, here: RunRecord): string[] {
	const changes: [what: string, before: string, now: string][] = [
		['The data set’s content (SHA-256)', recorded.dataset.sha256, here.dataset.sha256],
		['The processor', recorded.device.processor, here.device.processor],
		['The provider', recorded.device.provider, here.device.provider],
		['The number of threads', `${recorded.device.threads}`, `${here.device.threads}`],
		...versionsOf(recorded, here),
		['The Git commit of Basin', recorded.gitCommit ?? 'unknown', here.gitCommit ?? 'unknown'],
	];
	const { foreignEpochs } = recorded;
	const mixed = `Epochs 1 to ${foreignEpochs} were trained on another device, from whose checkpoint it went on.`;
	return [
		...(foreignEpochs > 0 ? [mixed] : []),
		...changes
			.filter(([, before, now]) => before !== now)
			.map(([what, before, now]) => `${what} is another one: ${before} when it was recorded, ${now} here.`),
	];
}

function versionsOf(recorded: RunRecord, here: RunRecord): [string, string, string][] {
	const [before, now] = [recorded.device.versions, here.device.versions];
	const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
	return names.map((name) => [`The version of ${name}`, before[name] ?? 'none', now[name] ?? 'none']);
}
