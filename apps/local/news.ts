import { defaultProject } from '@basin/core/contracts/access.ts';
import type { SweepSummary } from '@basin/core/contracts/api.ts';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';
import { listSweeps } from '@basin/db/sweeps/list.ts';

const intervalMs = 2_000;
const watched = 20;

/** Says in the terminal when one of the newest sweeps starts and how it ends; silent while the database is away. */
export function tellNews(db: Db, say: (line: string) => void): { stop(): void } {
	let known: Map<string, string> | null = null;
	const look = async () => {
		const { items } = await listSweeps({ db, projectId: defaultProject.id, query: { limit: watched } });
		for (const sweep of items.toReversed()) {
			const line = known === null ? carriedOn(sweep) : changed(sweep, known.get(sweep.id));
			if (line !== null) say(line);
		}
		known = new Map(items.map((sweep) => [sweep.id, sweep.state]));
	};
	let running = Promise.resolve();
	const timer = setInterval(() => {
		running = running.then(look).catch(() => undefined);
	}, intervalMs);
	running = running.then(look).catch(() => undefined);
	return { stop: () => clearInterval(timer) };
}

function carriedOn(sweep: SweepSummary): string | null {
	if (isTerminalSweep(sweep.state)) return null;
	return `${titleOf(sweep)} goes on: ${sweep.counts.succeeded} of ${sweep.counts.total} trials done.`;
}

function changed(sweep: SweepSummary, before: string | undefined): string | null {
	if (sweep.state === before) return null;
	if (!isTerminalSweep(sweep.state)) {
		return before === undefined ? `${titleOf(sweep)} has started: ${sweep.counts.total} trials.` : null;
	}
	return `${titleOf(sweep)} ${sweep.state}${bestOf(sweep)}.`;
}

function titleOf({ name, id }: SweepSummary): string {
	return `Sweep “${name}” (${id})`;
}

function bestOf({ best }: SweepSummary): string {
	if (best === null) return '';
	const { batchSize, eta, lambda } = best.configuration;
	const accuracy = (best.valAccuracyMean * 100).toFixed(2);
	return `: best ${accuracy} % at B=${batchSize}, η=${eta}, λ=${lambda}`;
}
