import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { BasinFunction, type Platform } from './basin-function.ts';

export const deadLetterTimeoutSeconds = 60;
/** A batch must not come again while a retry of it may still run; AWS advises six times the timeout. */
export const deadLetterVisibilitySeconds = 6 * deadLetterTimeoutSeconds;

/** Notes the messages that no worker could answer, and sends their trials again. What it cannot note stays in the queue. */
export class DeadLetter extends Construct {
	readonly function: BasinFunction;

	constructor(scope: Construct, id: string, { platform }: { platform: Platform }) {
		super(scope, id);
		this.function = new BasinFunction(this, 'DeadLetter', {
			platform,
			bundle: 'dead-letter',
			description: 'Notes messages that no worker could answer',
			login: 'api',
			timeoutSeconds: deadLetterTimeoutSeconds,
			memoryMb: 256,
		});
		const batches = new SqsEventSource(platform.trialQueue.deadLetters, {
			batchSize: 10,
			reportBatchItemFailures: true,
			maxConcurrency: 2,
		});
		this.function.lambda.addEventSource(batches);
	}
}
