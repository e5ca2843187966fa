import type { Client, MetricsPoint, TrialWithAttempts } from '@basin/client';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import { byTime, type LogLine } from './log-line.ts';

type Attempt = TrialWithAttempts['attempts'][number];

/** What the API knows of a trial, as it happened; each call of `next` answers what came since. */
export type TrialLog = { next(): Promise<{ lines: LogLine[]; ended: boolean }> };

export function openTrialLog(client: Client, trialId: string, signal: AbortSignal): TrialLog {
	const told = new Set<string>();
	return {
		async next() {
			// The trial first: what ends it is then never told before its last epochs.
			const trial = await client.getTrial(trialId, { signal });
			const epochs: MetricsPoint[] = [];
			for await (const epoch of client.eachMetric(trialId, {}, { signal })) epochs.push(epoch);
			const lines = [...trialLines(trial), ...trial.attempts.flatMap(attemptLines), ...epochs.map(epochLine)];
			const fresh = lines.filter((line) => !told.has(keyOf(line)));
			for (const line of fresh) told.add(keyOf(line));
			return { lines: fresh.sort(byTime), ended: isTerminalTrial(trial.state) };
		},
	};
}

const keyOf = ({ time, message, fields }: LogLine) =>
	`${time} ${message} ${fields.epoch ?? ''} ${fields.attemptNo ?? ''}`;

function line(time: string, message: string, fields: LogLine['fields'], level: LogLine['level'] = 'info'): LogLine {
	const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
	return { time, from: 'trial', level, message, fields: Object.fromEntries(given) };
}

function trialLines(trial: TrialWithAttempts): LogLine[] {
	const { configuration, seed, result, reason, message } = trial;
	const lines = [line(trial.createdAt, 'created', { ...configuration, seed, epochs: trial.epochs })];
	if (trial.finishedAt === null) return lines;
	const { valAccuracy, bestEpoch, testAccuracy } = result ?? {};
	const fields = { valAccuracy, bestEpoch, testAccuracy, reason, cause: message };
	lines.push(line(trial.finishedAt, trial.state, fields, trial.state === 'failed' ? 'error' : 'info'));
	return lines;
}

function attemptLines(attempt: Attempt): LogLine[] {
	const { attemptNo, workerId, device, resumedEpoch, outcome, reason, message } = attempt;
	const lines = [
		line(attempt.startedAt, 'attempt started', { attemptNo, workerId, device: device?.label, resumedEpoch }),
	];
	if (attempt.endedAt === null) return lines;
	const level = outcome === 'succeeded' ? 'info' : outcome === 'failed' ? 'error' : 'warn';
	lines.push(line(attempt.endedAt, 'attempt ended', { attemptNo, outcome, reason, cause: message }, level));
	return lines;
}

function epochLine(point: MetricsPoint): LogLine {
	const { epoch, trainLoss, trainAccuracy, valLoss, valAccuracy, epochSeconds, attemptNo } = point;
	const fields = { epoch, trainLoss, trainAccuracy, valLoss, valAccuracy, epochSeconds, attemptNo };
	return line(point.recordedAt, 'epoch', rounded(fields));
}

function rounded(fields: Record<string, number | null>): Record<string, number | null> {
	const round = (value: number | null) => (value === null ? null : Number(value.toPrecision(5)));
	return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, round(value)]));
}
