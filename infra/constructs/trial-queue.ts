import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * A message is deleted as soon as its trial is claimed, so it is hidden for the time of a claim only, not for that of training; one that
 * cannot be answered comes again ten times before it is put aside: longer than a restart of the database.
 */
export const messageVisibilitySeconds = 30;
export const maxReceiveCount = 10;
/** Longer than a weekend: a dead letter is read at once, and this is for when its function fails. */
export const deadLetterRetentionDays = 14;

/** The queue that wakes workers, and where messages go that none could answer. Postgres is the truth: a lost message is sent again. */
export class TrialQueue extends Construct {
	readonly queue: Queue;
	readonly deadLetters: Queue;

	constructor(scope: Construct, id: string, props: { deadLetterVisibility: Duration }) {
		super(scope, id);
		this.deadLetters = new Queue(this, 'DeadLetters', {
			encryption: QueueEncryption.SQS_MANAGED,
			enforceSSL: true,
			visibilityTimeout: props.deadLetterVisibility,
			retentionPeriod: Duration.days(deadLetterRetentionDays),
		});
		this.queue = new Queue(this, 'Trials', {
			encryption: QueueEncryption.SQS_MANAGED,
			enforceSSL: true,
			visibilityTimeout: Duration.seconds(messageVisibilitySeconds),
			retentionPeriod: Duration.days(4),
			deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
		});
	}

	/** The queue's address on the endpoint that speaks IPv6 too: the SDK calls the host that the address names. */
	get url(): string {
		const { region, account } = Stack.of(this);
		return `https://sqs.${region}.api.aws/${account}/${this.queue.queueName}`;
	}
}
