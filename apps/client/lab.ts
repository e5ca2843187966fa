import { LabExperimentPage, LabRun, LabRunPage, type LabSize } from '@basin/core/contracts/lab.ts';
import type { CallOptions } from './queries.ts';
import type { Transport } from './transport.ts';

/** The lecture's experiments, where the server has a Lab (`npm start`); elsewhere each call is refused with `not_found`. */
export function createLabCalls(send: Transport) {
	return {
		listLabExperiments: ({ signal }: CallOptions = {}) =>
			send({ method: 'GET', path: '/v1/lab/experiments', repeatable: true, answer: LabExperimentPage, signal }),
		/** The newest run of each experiment and size. */
		listLabRuns: ({ signal }: CallOptions = {}) =>
			send({ method: 'GET', path: '/v1/lab/runs', repeatable: true, answer: LabRunPage, signal }),
		startLabRun: (experiment: string, size: LabSize, { signal }: CallOptions = {}) =>
			send({
				method: 'POST',
				path: '/v1/lab/runs',
				body: { experiment, size },
				repeatable: false,
				answer: LabRun,
				signal,
			}),
		cancelLabRun: (runId: string, { signal }: CallOptions = {}) =>
			send({
				method: 'POST',
				path: `/v1/lab/runs/${encodeURIComponent(runId)}/cancel`,
				repeatable: true,
				answer: LabRun,
				signal,
			}),
	};
}
