import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Dataset } from '@basin/gpu-worker/datasets/dataset.ts';
import type { Engine, NamedArray } from '@basin/gpu-worker/engines/port.ts';
import type { Findings } from './findings.ts';
import type { SweepResult } from './sweep-result.ts';

/** `quick`: minutes on two cores. `full`: what the report in docs/lecture was made with. */
export type Size = 'quick' | 'full';

/** What an experiment may use. It keeps nothing of its own: whatever it says can be made again from its specs and seeds. */
export type LabContext = {
	size: Size;
	/** Runs a sweep through the API and waits for its end. @throws Error with a sentence when it fails */
	runSweep(spec: SweepSpecInput): Promise<SweepResult>;
	/** The weights of a succeeded trial at its best validation epoch, from its artifacts. */
	loadWeights(trialId: string): Promise<ReadonlyMap<string, NamedArray>>;
	/** For what is no sweep: gradients, Hessians and losses at given weights. One thread. */
	openEngine(): Promise<Engine>;
	loadDataset(name: 'mnist' | 'cifar10' | 'spirals'): Promise<Dataset>;
	/** A line for whoever waits. */
	say(line: string): void;
	signal: AbortSignal;
};

export type Experiment = {
	/** Also the file name in a report, such as `momentum`. */
	id: string;
	/** Of the lecture's table, such as `L11`. */
	claims: string[];
	title: string;
	/** The claim, in one paragraph. */
	claim: string;
	/** What is run to test it. */
	method: Record<Size, string>;
	/** Rough seconds on two cores of 2024, measured where the report says. */
	seconds: Record<Size, number>;
	run(context: LabContext): Promise<Findings>;
};
