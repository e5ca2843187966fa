import { cacheControl, contentPolicies, pageHeaders } from '@basin/core/contracts/page-headers.ts';
import { Duration, Fn, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import {
	AllowedMethods,
	CachePolicy,
	Distribution,
	Function as EdgeFunction,
	FunctionCode,
	FunctionEventType,
	FunctionRuntime,
	HeadersFrameOption,
	HeadersReferrerPolicy,
	HttpVersion,
	OriginProtocolPolicy,
	OriginRequestPolicy,
	PriceClass,
	ResponseHeadersPolicy,
	ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcards, arnIn } from '../acknowledge.ts';

/** What of a site is the API's; the rest is the web app's. */
export const apiPaths = ['/v1/*', '/docs', '/docs/*', '/openapi.json', '/healthz', '/readyz'] as const;

export type WebProps = {
	/** The folder of the built web app. */
	folder: string;
	api: FunctionUrl;
	/** Where requests to the bucket are logged. */
	logs: Bucket;
};

/** Pages and API under one address: the built app from a private bucket, the API's paths from its function, both by CloudFront. */
export class Web extends Construct {
	readonly distribution: Distribution;

	constructor(scope: Construct, id: string, { folder, api, logs }: WebProps) {
		super(scope, id);
		const bucket = new Bucket(this, 'Pages', {
			blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
			objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
			encryption: BucketEncryption.S3_MANAGED,
			enforceSSL: true,
			serverAccessLogsBucket: logs,
			serverAccessLogsPrefix: 'web/',
			removalPolicy: RemovalPolicy.DESTROY,
			autoDeleteObjects: true,
		});
		this.distribution = this.#distribute(bucket, api);
		this.#deploy(folder, bucket);
	}

	#distribute(bucket: Bucket, api: FunctionUrl): Distribution {
		const apiOrigin = new HttpOrigin(Fn.select(2, Fn.split('/', api.url)), {
			protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
			// Between two bytes; events send one at least every 15 s.
			readTimeout: Duration.seconds(60),
		});
		const toApi = {
			origin: apiOrigin,
			allowedMethods: AllowedMethods.ALLOW_ALL,
			cachePolicy: CachePolicy.CACHING_DISABLED,
			originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
			viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
			functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.#nameHost() }],
		};
		const distribution = new Distribution(this, 'Site', {
			comment: 'Basin: pages and API',
			defaultRootObject: 'index.html',
			httpVersion: HttpVersion.HTTP2_AND_3,
			priceClass: PriceClass.PRICE_CLASS_100,
			defaultBehavior: {
				origin: S3BucketOrigin.withOriginAccessControl(bucket),
				viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
				responseHeadersPolicy: this.#headers(),
				functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.#routePages() }],
				compress: true,
			},
			additionalBehaviors: Object.fromEntries(apiPaths.map((path) => [path, toApi])),
		});
		Validations.of(distribution).acknowledge(
			{ id: 'AwsSolutions-CFR1', reason: 'Where people may use it from is the owner’s to say, not this stack’s.' },
			{
				id: 'AwsSolutions-CFR2',
				reason: 'A web application firewall costs 5 USD a month when idle; requests need a token and are counted.',
			},
			{
				id: 'AwsSolutions-CFR3',
				reason: 'The API logs its requests with their ids; those for pages are logged by the bucket.',
			},
			{
				id: 'AwsSolutions-CFR4',
				reason: 'CloudFront’s own name comes with its own certificate and protocol versions.',
			},
		);
		return distribution;
	}

	/** The function is reached by its own name; a browser's `Origin` is of the name that the person asked for, so the API is told. */
	#nameHost(): EdgeFunction {
		return this.#edge(
			'NameHost',
			`function handler(event) {
	var headers = event.request.headers;
	headers['x-forwarded-host'] = { value: headers.host.value };
	return event.request;
}`,
		);
	}

	/** A path without a file's name is a page, which routes it. */
	#routePages(): EdgeFunction {
		return this.#edge(
			'RoutePages',
			`function handler(event) {
	var request = event.request;
	if (!request.uri.startsWith('/assets/') && !/\\.[a-z0-9]+$/i.test(request.uri)) request.uri = '/index.html';
	return request;
}`,
		);
	}

	#edge(id: string, code: string): EdgeFunction {
		return new EdgeFunction(this, id, { code: FunctionCode.fromInline(code), runtime: FunctionRuntime.JS_2_0 });
	}

	/** What the API sends with a page. */
	#headers(): ResponseHeadersPolicy {
		const special = ['X-Content-Type-Options', 'X-Frame-Options', 'Referrer-Policy'];
		return new ResponseHeadersPolicy(this, 'PageHeaders', {
			securityHeadersBehavior: {
				contentTypeOptions: { override: true },
				frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
				referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
				contentSecurityPolicy: { contentSecurityPolicy: contentPolicies.webApp, override: true },
				strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
			},
			customHeadersBehavior: {
				customHeaders: Object.entries(pageHeaders)
					.filter(([header]) => !special.includes(header))
					.map(([header, value]) => ({ header, value, override: true })),
			},
		});
	}

	/** Files with a hash in their name first and for good: a page that is open asks for those of its own release. */
	#deploy(folder: string, bucket: Bucket): void {
		const shared = { destinationBucket: bucket, memoryLimit: 256, ephemeralStorageSize: Size.mebibytes(512) };
		const assets = new BucketDeployment(this, 'Assets', {
			...shared,
			sources: [Source.asset(folder, { exclude: ['*', '!assets', '!assets/**'] })],
			cacheControl: [CacheControl.fromString(cacheControl.asset)],
			prune: false,
		});
		const page = new BucketDeployment(this, 'Page', {
			...shared,
			sources: [Source.asset(folder, { exclude: ['assets'] })],
			cacheControl: [CacheControl.fromString(cacheControl.page)],
			prune: false,
			distribution: this.distribution,
			distributionPaths: ['/index.html'],
		});
		page.node.addDependency(assets);
		acknowledgeUploader(page, bucket);
	}
}

/** CDK's own function that copies files into a bucket: one of a stack, however many copies there are. */
function acknowledgeUploader(deployment: BucketDeployment, bucket: Bucket): void {
	const { region, partition } = Stack.of(bucket);
	const uploader = deployment.handlerRole.node.scope!;
	acknowledgeManagedPolicy(
		uploader,
		'CDK’s uploader has Lambda’s own policy for its logs.',
		'AWSLambdaBasicExecutionRole',
	);
	acknowledgeWildcards(
		uploader,
		'CDK’s uploader reads what the deployment has uploaded and writes the bucket of pages, nothing else.',
		[
			...['Abort*', 'DeleteObject*', 'GetBucket*', 'GetObject*', 'List*'].map((action) => `Action::s3:${action}`),
			`Resource::arn:${partition}:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${region}/*`,
			`Resource::${arnIn(bucket)}/*`,
			// CloudFront’s invalidations.
			'Resource::*',
		],
	);
	Validations.of(uploader).acknowledge({ id: 'AwsSolutions-L1', reason: 'CDK chooses the runtime of its uploader.' });
}
