import { isDeepStrictEqual } from 'node:util';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import { violationsOf } from '../invariants/invariants.ts';
import { readRows, type SweepRows } from '../invariants/rows.ts';
import type { Scene } from './racers.ts';

/** What two verbs have answered, and what they and a tick after them have left. `broken`: promises, in sentences. */
export type Outcome = { answers: [unknown, unknown]; state: { broken: string[] } };

/** What a tick makes of a sweep: everything but ids and moments. */
export async function settle(db: Db, { sweepId, trialIds }: Scene): Promise<Outcome['state']> {
	await reconcile({ db, redispatchAfterSeconds: 60 });
	const rows = await readRows(db, sweepId);
	if (rows === null) return { broken: [] };
	return { ...stateOf(rows, trialIds), broken: violationsOf(rows) };
}

function stateOf(rows: SweepRows, trialIds: string[]): SweepRows {
	const names = new Map([
		[rows.sweep.id, 'the sweep'],
		...trialIds.map((id, place) => [id, `trial ${place}`] as const),
	]);
	// When a message was sent means nothing once its trial has ended.
	const trials = rows.trials.map((trial) => (isTerminalTrial(trial.state) ? { ...trial, dispatched_at: null } : trial));
	// Neither does a message that is still to be sent then: it finds nothing to claim.
	const open = new Set(trials.filter(({ state }) => !isTerminalTrial(state)).map(({ id }) => id));
	const outbox = rows.outbox.filter(({ trial_id }) => open.has(trial_id));
	return JSON.parse(JSON.stringify({ ...rows, trials, outbox }), (name, value) => {
		if (typeof value !== 'string') return value;
		if (/_(at|since)$/.test(name)) return 'a moment';
		let text = value;
		for (const [id, called] of names) text = text.replaceAll(id, called);
		return text.replaceAll(/trl_\w+/g, 'an added trial');
	});
}

/** Where two values differ, as "path: one, not other". */
export function differences(one: unknown, other: unknown, path = ''): string {
	if (isDeepStrictEqual(one, other)) return '';
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
		return `${path}: ${JSON.stringify(one)}, not ${JSON.stringify(other)}`;
	}
	const names = new Set([...Object.keys(one), ...Object.keys(other)]);
	const told = [...names].map((name) =>
		differences((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name], `${path}/${name}`),
	);
	return told.filter(Boolean).join(', ');
}
