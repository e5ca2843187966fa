import type { LabExperiment, LabSize } from '@basin/core/contracts/lab.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Dataset } from '@basin/gpu-worker/datasets/dataset.ts';
import type { Engine, NamedArray } from '@basin/gpu-worker/engines/port.ts';
import type { Findings } from './findings.ts';
import type { SweepResult } from './sweep-result.ts';

export type Size = LabSize;

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

export type Experiment = LabExperiment & { run(context: LabContext): Promise<Findings> };
