import type { Db } from '@basin/db/client.ts';
import { countRunning, surveyWork } from '@basin/db/work/survey.ts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { causeOf, type Log } from '../log.ts';

/** What `/metrics` answers, and where requests are counted. */
export type Metrics = {
	contentType: string;
	/** In Prometheus' text format. A database that does not answer is `basin_database_up 0`, not an error. */
	render(): Promise<string>;
	observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
	/** Ends the counting of busy seconds. */
	stop(): void;
};

/** How often it is noted what runs: that long a trial may last and not be counted. */
const sampleMs = 1_000;

/** Metrics of this process and of the work in the database; names follow Prometheus' conventions. */
export function createMetrics({ db, log }: { db: Db; log: Log }): Metrics {
	const registry = new Registry();
	const registers = [registry];
	collectDefaultMetrics({ register: registry });
	const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
		new Gauge<L>({ name, help, labelNames, registers });
	const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
		new Counter<L>({ name, help, labelNames, registers });

	const requests = new Histogram({
		name: 'basin_http_request_duration_seconds',
		help: 'Seconds from a request to its answer (of a stream: to its first byte), by route pattern.',
		labelNames: ['method', 'route', 'status'],
		buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
		registers,
	});
	const up = gauge('basin_database_up', 'Whether the database answered this scrape.');
	const waiting = gauge('basin_trials_waiting', 'Trials that a worker may claim now.');
	const running = gauge('basin_trials_running', 'Trials that a worker holds.');
	const ended = gauge('basin_trials_ended', 'Ended trials in the database, by state; failed ones by reason.', [
		'state',
		'reason',
	]);
	const lease = gauge('basin_lease_overdue_seconds', 'How long ago the oldest lease ran out that nobody took back.');
	const outbox = gauge('basin_outbox_overdue_seconds', 'How long the oldest message has been due that is not sent.');
	const deadLetters = gauge('basin_dead_letters', 'Messages that the queue gave up on in the last 24 hours.');
	const workers = gauge('basin_workers_seen', 'Workers that have claimed a trial within ten minutes.');
	const attempts = counter('basin_attempts_started_total', 'Attempts begun, by the database’s statistics.');
	const epochs = counter('basin_epochs_recorded_total', 'Epochs recorded, by the database’s statistics.');
	const results = counter('basin_trials_succeeded_total', 'Results stored, by the database’s statistics.');
	const busy = counter(
		'basin_device_busy_seconds_total',
		'Seconds that workers held trials, since this process began.',
		['device'],
	);

	const collect = async () => {
		const survey = await surveyWork({ db });
		waiting.set(survey.waitingTrials);
		running.set(survey.runningTrials);
		lease.set(survey.overdueLeaseSeconds);
		outbox.set(survey.overdueMessageSeconds);
		deadLetters.set(survey.deadLetters);
		workers.set(survey.workersSeen);
		ended.reset();
		for (const { state, reason, trials } of survey.ended) ended.set({ state, reason }, trials);
		for (const [total, value] of [
			[attempts, survey.written.attempts],
			[epochs, survey.written.epochs],
			[results, survey.written.results],
		] as const) {
			total.reset();
			total.inc(value);
		}
	};

	let sampledAt = performance.now();
	const sample = async () => {
		const seconds = (performance.now() - sampledAt) / 1000;
		sampledAt = performance.now();
		// An outage is told by the scrape; what ran meanwhile is not known.
		for (const { device, trials } of await countRunning({ db }).catch(() => [])) busy.inc({ device }, trials * seconds);
	};
	const timer = setInterval(() => void sample(), sampleMs).unref();

	return {
		contentType: registry.contentType,
		async render() {
			try {
				await collect();
				up.set(1);
			} catch (error) {
				log.warn('metrics without the database', { cause: causeOf(error) });
				up.set(0);
			}
			return await registry.metrics();
		},
		observeRequest: ({ seconds, status, ...labels }) =>
			requests.observe({ ...labels, status: String(status) }, seconds),
		stop: () => clearInterval(timer),
	};
}
