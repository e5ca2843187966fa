import type { Prices } from '@basin/core/contracts/prices.ts';
import type { Tracer } from '@basin/core/telemetry/tracer.ts';
import type { Db } from '@basin/db/client.ts';
import type { OwnedKind } from '@basin/db/projects/owns.ts';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Access, Identity } from './access/identity.ts';
import type { Lab } from './lab.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Ready } from './readiness.ts';

/** What the API stands on; `main.ts`, `apps/local` and tests put it together. */
export interface ApiDeps {
	db: Db;
	log: Log;
	/** A URL, valid for at most five minutes, that downloads the object under `filename`. */
	presign: (key: string, filename: string) => Promise<string>;
	datasets: DatasetStore;
	deleteObjects: (keys: readonly string[]) => Promise<void>;
	/** Rejects when the database or the queue does not answer. */
	ready: () => Promise<Ready>;
	/** Called after a sweep is committed, so that its trials are dispatched now and not at the next tick. */
	wake?: () => void;
	/** Called before anything is done that may make work, where nothing else would wake the tick. */
	arm?: () => Promise<void>;
	/** What workers' time costs; unset: estimates name no money. */
	prices?: Prices;
	/** False where an answer cannot be streamed: `/events` is then not there, and who watches a sweep polls. Default true. */
	streams?: boolean;
	/** Whether webhooks may go to private addresses, and by plain HTTP. Default false. */
	allowPrivateWebhooks?: boolean;
	/** Where spans of requests go; unset: nothing is traced. */
	tracer?: Tracer | undefined;
	/** What `/metrics` answers; unset: there is none. */
	metrics?: Metrics;
	/** How long `/events` is silent before it says that it lives, and looks whether the reader may still read. Default 15,000. */
	eventsKeepAliveMs?: number;
	/** Runs the lecture's experiments; unset: there is no Lab. */
	lab?: Lab;
	/** Folder of the built web app; unset: no web app is served. */
	webDir?: string;
	access: Access;
	/** Requests in a minute of one token, and of one address without; unset: nobody is counted. */
	requestsPerMinute?: number | undefined;
	/** Host names that a request may ask for; by default the loopback ones, against DNS rebinding. `any`: no check. */
	allowedHosts?: readonly string[] | 'any';
}

/** Where the bytes of uploaded data sets lie. */
export interface DatasetStore {
	/** A link that takes the bytes of an object, valid for an hour. */
	presignPut: (key: string) => Promise<string>;
	/** Null when there is no object, or one of another size. */
	read: (key: string, sizeBytes: number) => Promise<Uint8Array | null>;
	write: (key: string, content: Uint8Array) => Promise<void>;
}

export interface ApiEnv {
	Variables: {
		requestId: string;
		/** W3C `traceparent` of the request's span, where it is traced. */
		traceParent?: string;
		/** Who asks; of every route under `/v1`. */
		identity: Identity;
		/** Whether what a path names is the caller's. */
		owns: (kind: OwnedKind, id: string) => Promise<boolean>;
		/** For answers that take long: false once the token has expired or was revoked. */
		isStillAllowed: () => Promise<boolean>;
	};
	// biome-ignore lint/suspicious/noExplicitAny: what the server in front hands over: node's request, or Lambda's event.
	Bindings: any;
}

export type Api = OpenAPIHono<ApiEnv>;
