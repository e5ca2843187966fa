import type { LeaderboardEntry, Sweep } from '@basin/client';
import { type Answer, json, problem, text } from '@basin/client/testing/http-server.ts';
import { sampleEntry, sampleEstimate, sampleSweep, sweepId } from '@basin/client/testing/samples.ts';

const counts = { total: 2, pending: 0, queued: 0, running: 0, succeeded: 0, failed: 0, pruned: 0, cancelled: 0 };

export const running = sampleSweep({
	state: 'running',
	startedAt: '2026-01-31T12:00:01.000Z',
	counts: { ...counts, running: 1, succeeded: 1 },
	progress: { fraction: 0.6, epochsDone: 4, epochsTotal: 6, etaSeconds: 12 },
});

export const completed = sampleSweep({
	state: 'completed',
	startedAt: '2026-01-31T12:00:01.000Z',
	finishedAt: '2026-01-31T12:00:28.000Z',
	counts: { ...counts, succeeded: 1, failed: 1 },
	progress: { fraction: 1, epochsDone: 6, epochsTotal: 6, etaSeconds: null },
});

export const ranking = [
	sampleEntry({ valAccuracy: { mean: 0.9793, std: 0.001, ci95: [0.9768, 0.9818] }, tiedWith: 1, onParetoFront: true }),
	sampleEntry({
		rank: 2,
		configuration: { batchSize: 50000, eta: 10 / 316.22776601683796, lambda: 0 },
		valAccuracy: { mean: 0.9, std: null, ci95: null },
	}),
	sampleEntry({
		rank: 3,
		configuration: { batchSize: 100, eta: 50, lambda: 0.9 },
		diverged: true,
		valAccuracy: null,
		epochSeconds: null,
		seeds: { total: 3, succeeded: 0, failed: 3 },
	}),
];

/** Answers like the API about one sweep that takes the given states, one a look, and stays in the last. */
export function smallApi(states: Sweep[], entries: LeaderboardEntry[] = ranking): Answer {
	let looks = 0;
	return (request, response) => {
		const { method, path, query } = request;
		const sweep = (at: number) => states[Math.min(at, states.length - 1)] as Sweep;
		if (method === 'POST' && path === '/v1/sweeps')
			return query.get('dryRun') === 'true'
				? json(sampleEstimate())(request, response)
				: json(sweep(0), 201)(request, response);
		if (method === 'GET' && path === '/v1/sweeps') return json({ items: states, nextCursor: null })(request, response);
		if (method === 'GET' && path === `/v1/sweeps/${sweepId}`) return json(sweep(looks++))(request, response);
		if (method === 'GET' && path === `/v1/sweeps/${sweepId}/leaderboard`)
			return request.headers.accept === 'text/csv'
				? text('rank,eta\r\n1,0.1\r\n', 200, 'text/csv; charset=utf-8')(request, response)
				: json({ items: entries, nextCursor: null })(request, response);
		return problem(404, 'sweep_not_found', 'There is no such sweep.')(request, response);
	};
}
