/** Events as AWS sends them, from its documentation; account, ids and hosts are made up. Only what a test is about is a parameter. */

type HttpRequest = { method: string; path: string; query?: string; headers?: Record<string, string>; body?: string };

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads: payload 2.0, as an HTTP API sends it too. */
export function functionUrlEvent({ method, path, query = '', headers = {}, body }: HttpRequest) {
	const domainName = 'r3pmxmplakqh2hexample.lambda-url.us-east-1.on.aws';
	return {
		version: '2.0',
		routeKey: '$default',
		rawPath: path,
		rawQueryString: query,
		headers: {
			accept: '*/*',
			host: domainName,
			'user-agent': 'curl/8.7.1',
			'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
			'x-forwarded-for': '205.255.255.176',
			'x-forwarded-port': '443',
			'x-forwarded-proto': 'https',
			...headers,
		},
		requestContext: {
			accountId: '123456789012',
			apiId: 'r3pmxmplakqh2hexample',
			domainName,
			domainPrefix: 'r3pmxmplakqh2hexample',
			http: { method, path, protocol: 'HTTP/1.1', sourceIp: '205.255.255.176', userAgent: 'curl/8.7.1' },
			requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
			routeKey: '$default',
			stage: '$default',
			time: '10/Mar/2026:05:16:23 +0000',
			timeEpoch: 1_773_119_783_636,
		},
		...(body === undefined ? {} : { body }),
		isBase64Encoded: false,
	};
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsEvent(messages: { messageId: string; body: string; receiveCount: number }[]) {
	return {
		Records: messages.map(({ messageId, body, receiveCount }) => ({
			messageId,
			receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...',
			body,
			attributes: {
				ApproximateReceiveCount: String(receiveCount),
				SentTimestamp: '1773119783636',
				SenderId: 'AIDAIENQZJOLO23YVJ4VO',
				ApproximateFirstReceiveTimestamp: '1773119783649',
			},
			messageAttributes: {},
			md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
			eventSource: 'aws:sqs',
			eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:basin-dead-letters',
			awsRegion: 'us-east-1',
		})),
	};
}

const bridge = { version: '0', account: '123456789012', time: '2026-03-10T05:16:23Z', region: 'us-east-1' };

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
export const scheduledEvent = {
	...bridge,
	id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
	'detail-type': 'Scheduled Event',
	source: 'aws.events',
	resources: ['arn:aws:events:us-east-1:123456789012:rule/basin-tick'],
	detail: {},
};

/** The constant input of the hourly rule. */
export const housekeepingEvent = { task: 'housekeeping' };

/** https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html */
export const batchJobEvent = {
	...bridge,
	id: 'c8f9c4b5-76e5-d76a-f980-7011e206042b',
	'detail-type': 'Batch Job State Change',
	source: 'aws.batch',
	resources: ['arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8'],
	detail: {
		jobArn: 'arn:aws:batch:us-east-1:123456789012:job/4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
		jobName: 'basin-drainer',
		jobId: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
		jobQueue: 'arn:aws:batch:us-east-1:123456789012:job-queue/basin',
		status: 'FAILED',
		statusReason: 'Host EC2 (instance i-0abcdef1234567890) terminated.',
		attempts: [],
		createdAt: 1_773_119_000_000,
		retryStrategy: { attempts: 1, evaluateOnExit: [] },
		dependsOn: [],
		jobDefinition: 'arn:aws:batch:us-east-1:123456789012:job-definition/basin-drainer:1',
		parameters: {},
	},
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const spotInterruptionEvent = {
	...bridge,
	id: '12345678-1234-1234-1234-123456789012',
	'detail-type': 'EC2 Spot Instance Interruption Warning',
	source: 'aws.ec2',
	resources: ['arn:aws:ec2:us-east-1a:instance/i-0abcdef1234567890'],
	detail: { 'instance-id': 'i-0abcdef1234567890', 'instance-action': 'terminate' },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html */
export function resourceEvent(requestType: 'Create' | 'Update' | 'Delete') {
	return {
		RequestType: requestType,
		ResponseURL: 'https://cloudformation-custom-resource-response.example/',
		StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/basin/guid',
		RequestId: 'd1b5a3e0-0000-4000-8000-000000000000',
		ResourceType: 'Custom::BasinSchema',
		LogicalResourceId: 'Schema',
		ResourceProperties: { ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:provider', release: '0.1.0' },
		...(requestType === 'Create' ? {} : { PhysicalResourceId: 'basin-schema' }),
	};
}
