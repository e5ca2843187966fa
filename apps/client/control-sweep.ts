import { ExtendedSweep, RetriedSweep, Sweep } from '@basin/core/contracts/api.ts';
import type { SweepExtensionInput } from '@basin/core/contracts/sweep-extension.ts';
import type { z } from 'zod';
import type { CallOptions } from './queries.ts';
import type { Transport } from './transport.ts';

/** What an owner can do to a sweep. Those whose repeat could be refused, or say less than the first answer, are not retried. */
export function createControls(send: Transport) {
	const control =
		<T extends z.ZodType>(verb: string, answer: T, { repeatable }: { repeatable: boolean }) =>
		(sweepId: string, call: CallOptions = {}): Promise<z.output<T>> =>
			send({
				method: 'POST',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}/${verb}`,
				repeatable,
				answer,
				signal: call.signal,
			});
	return {
		/** Starts nothing new; what runs keeps a checkpoint and waits. */
		pauseSweep: control('pause', Sweep, { repeatable: true }),
		resumeSweep: control('resume', Sweep, { repeatable: true }),
		/** What runs may end, what waits is dropped. */
		stopSweep: control('stop', Sweep, { repeatable: false }),
		/** A second cancel of a sweep that the first one ended is an error. */
		cancelSweep: control('cancel', Sweep, { repeatable: false }),
		/** `retried`: how many failed trials run again. */
		retryFailed: control('retry-failed', RetriedSweep, { repeatable: false }),
		/** More seeds or values: only the trials that are missing are added, so a lost answer may be asked for again. */
		extendSweep: (sweepId: string, extension: SweepExtensionInput, call: CallOptions = {}): Promise<ExtendedSweep> =>
			send({
				method: 'POST',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}/extend`,
				body: extension,
				repeatable: true,
				answer: ExtendedSweep,
				signal: call.signal,
			}),
	};
}
