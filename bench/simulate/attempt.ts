/** Seconds of one trial, as a real one took them. */
export interface TrialTimes {
	epochs: number;
	/** One epoch with its validation. */
	epochSeconds: number;
	/** Before the first epoch, of every attempt: data set and program. */
	loadSeconds: number;
	/** After the last: artifacts to the bucket. */
	storeSeconds: number;
}

export interface AttemptRules {
	/** A checkpoint is written at the end of the first epoch after so long. */
	checkpointSeconds: number;
	/** So long a worker that is told to stop has for the end of its epoch. */
	shutdownSeconds: number;
}

/** How an attempt that began after `doneEpochs` epochs stands when its machine is told to stop, or stops. */
export interface Interrupted {
	/** Epochs that the next attempt need not do again. */
	keptEpochs: number;
	/** Training that is done again. */
	lostSeconds: number;
	/** Seconds until the machine is given back: for a last checkpoint; 0 when it was gone at once. */
	lingerSeconds: number;
}

/** Seconds of an attempt that nothing disturbs. */
export const attemptSeconds = (times: TrialTimes, doneEpochs: number) =>
	times.loadSeconds + (times.epochs - doneEpochs) * times.epochSeconds + times.storeSeconds;

/**
 * What an attempt has `elapsed` seconds after its start, when its machine goes. With notice it ends its epoch and stores a checkpoint,
 * if that takes no longer than a shutdown may; without, it goes on from its last checkpoint.
 */
export function interrupt(input: {
	times: TrialTimes;
	rules: AttemptRules;
	doneEpochs: number;
	elapsed: number;
	hasNotice: boolean;
}): Interrupted {
	const { times, rules, doneEpochs, elapsed, hasNotice } = input;
	const trained = Math.min(Math.max(0, elapsed - times.loadSeconds), (times.epochs - doneEpochs) * times.epochSeconds);
	const endedEpochs = Math.floor(trained / times.epochSeconds + 1e-9);
	const beganEpoch = elapsed > times.loadSeconds && doneEpochs + endedEpochs < times.epochs;
	const restOfEpoch = beganEpoch ? (endedEpochs + 1) * times.epochSeconds - trained : 0;
	if (hasNotice && restOfEpoch <= rules.shutdownSeconds)
		return {
			keptEpochs: doneEpochs + endedEpochs + (beganEpoch ? 1 : 0),
			lostSeconds: 0,
			lingerSeconds: restOfEpoch,
		};
	const checkpointEvery = Math.ceil(rules.checkpointSeconds / times.epochSeconds);
	const keptEpochs = Math.floor(endedEpochs / checkpointEvery) * checkpointEvery;
	return {
		keptEpochs: doneEpochs + keptEpochs,
		lostSeconds: trained - keptEpochs * times.epochSeconds,
		lingerSeconds: hasNotice ? rules.shutdownSeconds : 0,
	};
}
