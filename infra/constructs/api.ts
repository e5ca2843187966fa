import { type FunctionUrl, FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BasinFunction, type Platform } from './basin-function.ts';
import type { Tick } from './tick.ts';
import type { TokenKey } from './token-key.ts';

/** An event stream lasts so long and begins again; every other answer takes seconds. */
export const apiTimeoutSeconds = 900;

export type ApiProps = {
	platform: Platform;
	/** Whose schedule it turns on before it takes work. */
	tick: Tick;
	tokenKey: TokenKey;
	/** What an hour of one worker costs, for estimates. */
	pricePerHour: number;
	currency: string;
};

/** The API as a function with an address of its own, which streams; CloudFront stands before it. Who may do what is its tokens' matter. */
export class Api extends Construct {
	readonly function: BasinFunction;
	readonly url: FunctionUrl;

	constructor(scope: Construct, id: string, props: ApiProps) {
		super(scope, id);
		const { platform } = props;
		const { trialQueue, artifacts } = platform;
		this.function = new BasinFunction(this, 'Api', {
			platform,
			bundle: 'api',
			description: 'The HTTP API',
			login: 'api',
			timeoutSeconds: apiTimeoutSeconds,
			// A data set of 256 MiB is read, checked and stored in here.
			memoryMb: 2048,
			environment: {
				BASIN_TOKEN_KEY: props.tokenKey.value,
				BASIN_TICK_RULE: props.tick.ruleName,
				BASIN_PRICE_PER_HOUR: String(props.pricePerHour),
				BASIN_CURRENCY: props.currency,
			},
		});
		const { lambda, role } = this.function;
		trialQueue.queue.grantSendMessages(role);
		artifacts.grantList(role);
		artifacts.grantRead(role, ['sweeps', 'datasets', 'uploads']);
		artifacts.grantWrite(role, ['datasets', 'uploads']);
		artifacts.grantDelete(role, ['sweeps', 'checkpoints', 'datasets', 'uploads']);
		props.tick.grantArm(role);
		this.url = lambda.addFunctionUrl({
			authType: FunctionUrlAuthType.NONE,
			invokeMode: InvokeMode.RESPONSE_STREAM,
		});
	}
}
