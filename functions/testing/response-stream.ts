import { Writable } from 'node:stream';

type Prelude = { statusCode: number; headers: Record<string, string>; cookies: string[] };
type StreamHandler = (event: unknown, stream: Writable, context: object) => Promise<void>;
/** Told to the test as it comes; `end` follows the last chunk. */
export type StreamPart = { type: 'prelude'; prelude: Prelude } | { type: 'chunk'; text: string };

const streamed = new WeakMap<object, StreamHandler>();

/** The handler's own function, when it was declared as one that streams. */
export const streamHandlerOf = (handler: object): StreamHandler | undefined => streamed.get(handler);

/**
 * The global that Lambda's Node runtime puts into every function. A prelude goes first: JSON, and eight zero bytes after it
 * (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client, `HttpResponseStream.js`).
 */
export function installStreaming(): void {
	const awslambda = {
		streamifyResponse(handler: StreamHandler) {
			const marked = () => {
				throw new Error('A handler that streams was called as one that answers.');
			};
			streamed.set(marked, handler);
			return marked;
		},
		HttpResponseStream: {
			from(stream: Writable & { setContentType(type: string): void }, prelude: Prelude) {
				stream.setContentType('application/vnd.awslambda.http-integration-response');
				stream.write(JSON.stringify(prelude));
				stream.write(Buffer.alloc(8));
				return stream;
			},
		},
	};
	Object.assign(globalThis, { awslambda });
}

/** The stream that a function writes its answer to, read as a function URL reads it. */
export function responseStream(tell: (part: StreamPart) => void): Writable {
	let head: Buffer | null = Buffer.alloc(0);
	let type = '';
	const stream = new Writable({
		write(chunk: Buffer | string, _encoding, done) {
			const bytes = Buffer.from(chunk);
			if (head === null) tell({ type: 'chunk', text: bytes.toString('utf8') });
			else {
				head = Buffer.concat([head, bytes]);
				const end = head.indexOf(Buffer.alloc(8));
				if (end >= 0) {
					if (!type.includes('http-integration-response')) throw new Error('A prelude without its content type.');
					tell({ type: 'prelude', prelude: JSON.parse(head.subarray(0, end).toString()) as Prelude });
					const rest = head.subarray(end + 8);
					head = null;
					if (rest.length > 0) tell({ type: 'chunk', text: rest.toString('utf8') });
				}
			}
			done();
		},
	});
	const setContentType = (name: string) => {
		type = name;
	};
	return Object.assign(stream, { setContentType });
}
