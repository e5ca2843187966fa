import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureReason, isTerminalTrial, TrialState } from '@basin/core/contracts/states.ts';
import { canFollow, failureBudgets, newBudgetTransitions } from '@basin/core/domain/trial-state.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import type { Queryable } from '../client.ts';

const { db } = await testDatabase();
const { sql } = db;

class Undo extends Error {}

/** Does something in a transaction that never commits; answers whether the database allowed it. */
async function isAllowed(attempt: (tx: Queryable) => Promise<unknown>): Promise<boolean> {
	try {
		await sql.begin(async (tx) => {
			await attempt(tx);
			throw new Undo();
		});
	} catch (error) {
		if (error instanceof Undo) return true;
		assert.match(String(error), /stays so|cannot go|cannot get/);
		return false;
	}
	return assert.fail('the transaction was committed');
}

function setState(tx: Queryable, trialId: string, state: TrialState) {
	return tx`
		update trial set state = ${state},
			reason = ${state === 'failed' ? 'unknown' : null},
			lease_expires_at = ${state === 'running' ? tx`now()` : null},
			finished_at = ${isTerminalTrial(state) ? tx`now()` : null}
		where id = ${trialId}`;
}

async function trialIn(state: TrialState): Promise<string> {
	const { trialIds } = await sampleSweep(db);
	const path: TrialState[] = canFollow('pending', state) ? [state] : ['running', state];
	if (state !== 'pending') for (const step of path) await setState(sql, trialIds[0]!, step);
	return trialIds[0]!;
}

test('the database allows exactly the steps of the state machine, whoever writes', async () => {
	for (const from of TrialState.options) {
		const trialId = await trialIn(from);
		for (const to of TrialState.options) {
			const expected = from === to ? !isTerminalTrial(from) : canFollow(from, to);
			assert.equal(await isAllowed((tx) => setState(tx, trialId, to)), expected, `${from} → ${to}`);
		}
	}
});

test('nothing about an ended trial can be changed', async () => {
	for (const state of TrialState.options.filter(isTerminalTrial)) {
		const trialId = await trialIn(state);
		assert.equal(await isAllowed((tx) => tx`update trial set epochs_done = 99 where id = ${trialId}`), false, state);
		assert.equal(await isAllowed((tx) => tx`update trial set attempt_no = 9 where id = ${trialId}`), false, state);
	}
});

test('only a failed trial gets a new budget, only the next one, whole, and only to wait for its next attempt', async () => {
	const renew = (tx: Queryable, trialId: string, to: TrialState, changes = tx`budget_no = budget_no + 1`) => tx`
		update trial set state = ${to}, reason = ${to === 'failed' ? 'unknown' : null},
			lease_expires_at = ${to === 'running' ? tx`now()` : null},
			finished_at = ${isTerminalTrial(to) ? tx`now()` : null}, ${changes}
		where id = ${trialId}`;
	for (const from of TrialState.options) {
		const trialId = await trialIn(from);
		for (const to of TrialState.options) {
			const expected = newBudgetTransitions[from]?.includes(to) ?? false;
			assert.equal(await isAllowed((tx) => renew(tx, trialId, to)), expected, `${from} → ${to}`);
		}
	}
	const failed = await trialIn('failed');
	for (const changes of [
		sql`budget_no = budget_no`,
		sql`budget_no = budget_no + 2`,
		sql`budget_no = budget_no - 1`,
		sql`budget_no = budget_no + 1, attempt_no = attempt_no + 1`,
		sql`budget_no = budget_no + 1, infrastructure_failures = 1`,
		sql`budget_no = budget_no + 1, unknown_failures = 1`,
	]) {
		const allowed = await isAllowed((tx) => renew(tx, failed, 'queued', changes));
		assert.equal(allowed, false);
	}
});

test('the database’s budget for each reason is the domain’s', async () => {
	for (const reason of FailureReason.options) {
		const [row] = await sql<{ budget: number }[]>`select failure_budget(${reason}) as budget`;
		assert.equal(row!.budget, failureBudgets[reason], reason);
	}
});
