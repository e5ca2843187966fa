import { type MetricName, metricsNamespace } from '@basin/core/contracts/metrics.ts';
import { Duration, Validations } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
	type Alarm,
	Alarm as CloudWatchAlarm,
	ComparisonOperator,
	Dashboard,
	GraphWidget,
	type IMetric,
	MathExpression,
	Metric,
	Stats,
	TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Api } from './api.ts';
import type { Platform } from './basin-function.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Tick } from './tick.ts';

export type ObservabilityProps = {
	platform: Omit<Platform, 'bundles'>;
	api: Api;
	tick: Tick;
	deadLetter: DeadLetter;
	stage: string;
	/** Who is written to; unset: alarms are seen in the console only, and there is no budget. */
	email: string | undefined;
	monthlyBudgetUsd: number;
	/** Aurora capacity units at most. */
	maxDatabaseCapacity: number;
};

const minute = Duration.minutes(1);

/** A dashboard, alarms that each name their heading in the runbook, and a budget. */
export class Observability extends Construct {
	readonly #topic: Topic;
	readonly #stage: string;
	readonly alarms: Alarm[] = [];

	constructor(scope: Construct, id: string, props: ObservabilityProps) {
		super(scope, id);
		this.#stage = props.stage;
		this.#topic = new Topic(this, 'Alarms', { enforceSSL: true });
		Validations.of(this.#topic).acknowledge({
			id: 'AwsSolutions-SNS2',
			reason:
				'CloudWatch cannot publish to a topic under AWS’s own key, and a key of one’s own costs 1 USD a month; alarms hold no secrets.',
		});
		if (props.email !== undefined) {
			this.#topic.addSubscription(new EmailSubscription(props.email));
			this.#budget(props.email, props.monthlyBudgetUsd);
		}
		this.#watchWork();
		this.#watchParts(props);
		this.#draw(props);
	}

	/** What the tick says; nothing is said while nothing is to do. */
	#work(metricName: MetricName, statistic: string = Stats.MAXIMUM): Metric {
		const dimensionsMap = { stage: this.#stage };
		return new Metric({ namespace: metricsNamespace, metricName, statistic, period: minute, dimensionsMap });
	}

	#watchWork(): void {
		this.#alarm('OverdueLeases', {
			says: 'A lease ran out and nobody took it back for two minutes',
			heading: 'overdue-leases',
			metric: this.#work('overdueLeaseSeconds'),
			threshold: 120,
			minutes: 3,
		});
		this.#alarm('OverdueMessages', {
			says: 'A message has been waiting to be sent for two minutes',
			heading: 'overdue-messages',
			metric: this.#work('overdueMessageSeconds'),
			threshold: 120,
			minutes: 3,
		});
		this.#alarm('NoWorkers', {
			says: 'Trials wait and none runs for half an hour',
			heading: 'no-workers',
			metric: new MathExpression({
				expression: 'IF(waiting > 0 AND running == 0, waiting, 0)',
				usingMetrics: { waiting: this.#work('waitingTrials'), running: this.#work('runningTrials') },
				period: minute,
			}),
			threshold: 1,
			minutes: 30,
		});
	}

	#watchParts({ platform, api, tick, deadLetter, maxDatabaseCapacity }: ObservabilityProps): void {
		this.#alarm('TickFails', {
			says: 'The tick failed in three of five minutes',
			heading: 'tick-fails',
			metric: tick.function.lambda.metricErrors({ period: minute }),
			threshold: 1,
			minutes: 5,
			atLeast: 3,
		});
		this.#alarm('HousekeepingFails', {
			says: 'The daily housekeeping failed',
			heading: 'housekeeping-fails',
			metric: tick.housekeeping.lambda.metricErrors({ period: minute }),
			threshold: 1,
			minutes: 1,
		});
		this.#alarm('ApiFails', {
			says: 'The API answered five requests of five minutes with a fault',
			heading: 'api-fails',
			metric: new Metric({
				namespace: 'AWS/Lambda',
				metricName: 'Url5xxCount',
				statistic: Stats.SUM,
				period: Duration.minutes(5),
				dimensionsMap: { FunctionName: api.function.lambda.functionName },
			}),
			threshold: 5,
			minutes: 1,
		});
		this.#alarm('DeadLetters', {
			says: 'A dead letter could not be noted for a quarter of an hour',
			heading: 'dead-letters',
			metric: platform.trialQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute }),
			threshold: 1,
			minutes: 15,
		});
		this.#alarm('DeadLettersArrive', {
			says: 'Messages are put aside: workers could not answer them ten times',
			heading: 'dead-letters-arrive',
			metric: deadLetter.function.lambda.metricInvocations({ period: Duration.minutes(5) }),
			threshold: 1,
			minutes: 1,
		});
		this.#alarm('DatabaseAtItsLimit', {
			says: 'The database has used all the capacity that it may for a quarter of an hour',
			heading: 'database-at-its-limit',
			metric: platform.database.cluster.metric('ServerlessDatabaseCapacity', {
				statistic: Stats.MAXIMUM,
				period: minute,
			}),
			threshold: maxDatabaseCapacity,
			minutes: 15,
		});
	}

	#alarm(
		id: string,
		about: { says: string; heading: string; metric: IMetric; threshold: number; minutes: number; atLeast?: number },
	): void {
		const alarm = new CloudWatchAlarm(this, id, {
			alarmDescription: `${about.says}. What to do: infra/runbook.md#${about.heading}`,
			metric: about.metric,
			threshold: about.threshold,
			comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
			evaluationPeriods: about.minutes,
			datapointsToAlarm: about.atLeast ?? about.minutes,
			// An idle stack measures nothing.
			treatMissingData: TreatMissingData.NOT_BREACHING,
		});
		alarm.addAlarmAction(new SnsAction(this.#topic));
		this.alarms.push(alarm);
	}

	/** Of the whole account: what a tag costs is known only where the tag was activated for that, by hand. */
	#budget(address: string, amount: number): void {
		const subscribers = [{ subscriptionType: 'EMAIL', address }];
		const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
			notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
			subscribers,
		});
		new CfnBudget(this, 'Budget', {
			budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
			notificationsWithSubscribers: [notify('ACTUAL', 80), notify('ACTUAL', 100), notify('FORECASTED', 100)],
		});
	}

	#draw({ platform, api, tick }: ObservabilityProps): void {
		const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
			new GraphWidget({ title, left, right, width: 12, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } });
		const { cluster } = platform.database;
		const { queue, deadLetters } = platform.trialQueue;
		const apiLambda = api.function.lambda;
		new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) }).addWidgets(
			graph('Trials', [this.#work('waitingTrials'), this.#work('runningTrials')]),
			graph('GPU workers', [this.#work('startingDrainers'), this.#work('runningDrainers')]),
			graph('Overdue: leases, messages (s)', [this.#work('overdueLeaseSeconds'), this.#work('overdueMessageSeconds')]),
			graph(
				'Queue: waiting, in hand · dead letters',
				[queue.metricApproximateNumberOfMessagesVisible(), queue.metricApproximateNumberOfMessagesNotVisible()],
				[deadLetters.metricApproximateNumberOfMessagesVisible()],
			),
			graph(
				'API: requests · p50, p99 (ms)',
				[apiLambda.metricInvocations(), apiLambda.metricErrors(), apiLambda.metricThrottles()],
				[apiLambda.metricDuration({ statistic: Stats.p(50) }), apiLambda.metricDuration({ statistic: Stats.p(99) })],
			),
			graph('Tick: calls, errors', [tick.function.lambda.metricInvocations(), tick.function.lambda.metricErrors()]),
			graph(
				'Database: capacity units · connections',
				[cluster.metric('ServerlessDatabaseCapacity')],
				[cluster.metricDatabaseConnections()],
			),
		);
	}
}
