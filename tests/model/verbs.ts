import { ownerVerbs } from './owner-verbs.ts';
import { timeVerbs } from './time-verbs.ts';
import { workerVerbs } from './worker-verbs.ts';

/** All that can happen, by whom it comes. */
export const verbs = { ...workerVerbs, ...ownerVerbs, ...timeVerbs };

/** How often each is drawn; what is not named, once. */
export const weights: { [name in keyof typeof verbs]?: number } = {
	claim: 10,
	cancelTrial: 2,
	heartbeat: 4,
	relay: 5,
	reconcile: 5,
	leaseLapses: 3,
	finish: 3,
	fail: 3,
	recordEpoch: 3,
	recordCheckpoint: 3,
	goOnFrom: 2,
	backOffPasses: 3,
	messageGetsOld: 6,
	acknowledgeCancel: 2,
	retryFailed: 2,
	release: 3,
};
