import type { LabExperiment, LabRun, LabSize } from '@basin/core/contracts/lab.ts';

/** Runs the lecture's experiments where the API runs. Only the embedded stack has one: an experiment needs the machine to itself. */
export interface Lab {
	experiments(): Promise<readonly LabExperiment[]>;
	/** The newest run of each experiment and size. */
	list(): Promise<LabRun[]>;
	/** @throws BasinError `not_found` for an unknown experiment, `state_conflict` while another runs */
	start(input: { experiment: string; size: LabSize; token: string | null }): Promise<LabRun>;
	/** Null when there is no such run; one that has ended stays as it is. */
	cancel(runId: string): Promise<LabRun | null>;
}
