import { Baseline, BaselinePage, DeletedBaseline, type GateInput, GateReport } from '@basin/core/contracts/gates.ts';
import type { z } from 'zod';
import { eachOf } from './pages.ts';
import type { CallOptions } from './queries.ts';
import type { Transport } from './transport.ts';

const pathOf = (name: string) => `/v1/baselines/${encodeURIComponent(name)}`;

/** Baselines, and whether a sweep is worse than one. */
export function createGates(send: Transport) {
	const listBaselines = (
		query: { cursor?: string | undefined; limit?: number | undefined } = {},
		call: CallOptions = {},
	): Promise<BaselinePage> =>
		send({
			method: 'GET',
			path: '/v1/baselines',
			query: { ...query },
			repeatable: true,
			answer: BaselinePage,
			signal: call.signal,
		});
	return {
		/** Keeps the results of an ended sweep under a name, in place of what the name had. */
		setBaseline: (name: string, sweepId: string, call: CallOptions = {}): Promise<Baseline> =>
			send({
				method: 'PUT',
				path: pathOf(name),
				body: { sweepId },
				repeatable: true,
				answer: Baseline,
				signal: call.signal,
			}),
		getBaseline: (name: string, call: CallOptions = {}): Promise<Baseline> =>
			send({ method: 'GET', path: pathOf(name), repeatable: true, answer: Baseline, signal: call.signal }),
		listBaselines,
		/** Every baseline, by name. */
		eachBaseline: (call?: CallOptions): AsyncGenerator<Baseline> =>
			eachOf((cursor) => listBaselines({ cursor }, call), undefined),
		/** Its sweep stays. */
		deleteBaseline: (name: string, call: CallOptions = {}): Promise<z.infer<typeof DeletedBaseline>> =>
			send({
				method: 'DELETE',
				path: pathOf(name),
				repeatable: false,
				answer: DeletedBaseline,
				signal: call.signal,
			}),
		/** Whether an ended sweep is worse than a baseline or another sweep; a regression is an answer, not an error. */
		gateSweep: (sweepId: string, input: z.input<typeof GateInput>, call: CallOptions = {}): Promise<GateReport> =>
			send({
				method: 'POST',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}/gate`,
				body: input,
				repeatable: true,
				answer: GateReport,
				signal: call.signal,
			}),
	};
}
