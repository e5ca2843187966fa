import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BasinFunction, type Platform } from './basin-function.ts';
import type { GpuWorkers } from './gpu-workers.ts';

/** The next one begins before this one ends, so that there is no minute in which nobody takes back a lease. */
export const tickTimeoutSeconds = 75;
export const tickEverySeconds = 60;

export type TickProps = {
	platform: Platform;
	gpuWorkers: GpuWorkers;
	/** Workers at once at most. */
	maxGpus: number;
	/** Waiting trials that are worth the start of one more. */
	trialsPerWorker: number;
	/** The stage, which is a dimension of its metrics. */
	stage: string;
};

/**
 * Relay, reconciler and scaler: every minute while there is work, and never otherwise, so that the database can sleep. The API turns the
 * schedule on before it takes work, the tick turns it off when nothing is left. Once a day it keeps house.
 */
export class Tick extends Construct {
	readonly function: BasinFunction;
	readonly housekeeping: BasinFunction;
	/**
	 * Of the schedule. The one physical name of the stack, made of the stack's: the function must know the rule's name, and the rule
	 * the function's.
	 */
	readonly ruleName = `${Aws.STACK_NAME}-tick`;

	constructor(scope: Construct, id: string, props: TickProps) {
		super(scope, id);
		const { platform, gpuWorkers } = props;
		const environment = {
			BASIN_STAGE: props.stage,
			BASIN_TICK_RULE: this.ruleName,
			BASIN_JOB_QUEUE: gpuWorkers.jobQueue.jobQueueArn,
			BASIN_JOB_DEFINITION: gpuWorkers.jobDefinition.jobDefinitionArn,
			BASIN_MAX_DRAINERS: String(props.maxGpus),
			BASIN_TRIALS_PER_DRAINER: String(props.trialsPerWorker),
		};
		const shared = { platform, bundle: 'tick', login: 'api', memoryMb: 512, environment } as const;
		this.function = new BasinFunction(this, 'Tick', {
			...shared,
			description: 'Sends messages, takes back lost leases, starts GPU workers',
			timeoutSeconds: tickTimeoutSeconds,
		});
		this.housekeeping = new BasinFunction(this, 'Housekeeping', {
			...shared,
			description: 'Deletes what nothing points to any more',
			timeoutSeconds: 900,
		});
		for (const { role } of [this.function, this.housekeeping]) {
			platform.trialQueue.queue.grantSendMessages(role);
			gpuWorkers.grantStart(role);
			this.grantArm(role);
		}
		platform.artifacts.grantList(this.housekeeping.role);
		platform.artifacts.grantDelete(this.housekeeping.role, ['sweeps', 'checkpoints']);
		this.#schedule();
	}

	/** Lets `grantee` turn the schedule on and off. */
	grantArm(grantee: IGrantable): void {
		const resources = [Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: this.ruleName })];
		grantee.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({ actions: ['events:EnableRule', 'events:DisableRule'], resources }),
		);
	}

	#schedule(): void {
		// A call that fails is not tried again: the next minute comes.
		const once = { retryAttempts: 0 };
		new Rule(this, 'EveryMinute', {
			ruleName: this.ruleName,
			description: 'Calls the tick; the API turns it on, the tick turns it off',
			schedule: Schedule.rate(Duration.seconds(tickEverySeconds)),
			enabled: false,
			targets: [new LambdaFunction(this.function.lambda, once)],
		});
		new Rule(this, 'Daily', {
			description: 'Keeps house',
			schedule: Schedule.rate(Duration.days(1)),
			targets: [
				new LambdaFunction(this.housekeeping.lambda, {
					...once,
					event: RuleTargetInput.fromObject({ task: 'housekeeping' }),
				}),
			],
		});
	}
}
