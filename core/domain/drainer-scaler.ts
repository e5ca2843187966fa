/** What a tick finds: trials by the database's count, jobs by the batch engine's. */
export interface DrainerDemand {
	/** Trials that a worker may claim now: due, and their sweep starts new ones. Those that wait for a retry's time do not count yet. */
	waitingTrials: number;
	/** Trials with a lease, on whatever worker: a drainer, or a machine of the owner's. */
	runningTrials: number;
	/** Jobs that were submitted and do not run yet: no machine, or one that is starting. */
	startingDrainers: number;
	/** Jobs whose worker runs, busy or idle. */
	runningDrainers: number;
}

export interface DrainerLimits {
	/** Drainers at once at most: what the owner is ready to pay for. 0: none is ever started. */
	maxDrainers: number;
	/** Trials that make it worth to start one more: above 1 for trials that take less than the start of a machine. */
	trialsPerDrainer: number;
}

/**
 * How many drainers to start now. A drainer is a job that runs the worker's loop and ends by itself when it is idle, so there
 * is nothing to stop here: every started drainer is answered for by trials that wait, and zero is reached without a decision.
 *
 * Each drainer covers `trialsPerDrainer` trials, one that trains has one of them in hand; what is not covered asks for more.
 * Jobs that start cover too, else every tick of the minutes until a machine is there would start the same again.
 */
export function countDrainersToStart(demand: DrainerDemand, limits: DrainerLimits): number {
	const { waitingTrials, runningTrials, startingDrainers, runningDrainers } = demand;
	const { maxDrainers, trialsPerDrainer } = limits;
	// Trials can run elsewhere: they take no more from the drainers' cover than one each.
	const inHand = Math.min(runningTrials, runningDrainers);
	const covered = trialsPerDrainer * (startingDrainers + runningDrainers) - inHand;
	const wanted = Math.ceil(Math.max(0, waitingTrials - covered) / trialsPerDrainer);
	return Math.max(0, Math.min(wanted, maxDrainers - startingDrainers - runningDrainers));
}
