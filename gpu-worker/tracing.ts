import type { Attributes, Span, Tracer } from '@basin/core/telemetry/tracer.ts';
import { sentenceOf } from './log.ts';
import type { ArtifactStore, Queue, Trainer, TrialLedger } from './ports.ts';

type Ports = { queue: Queue; ledger: TrialLedger; artifacts: ArtifactStore; trainer: Trainer };

/**
 * The same ports, with a span for an attempt and for its claim, training, uploads and end. An attempt is a part of the trace that its
 * message carries. One trial at a time, as the loop works: what is left of an attempt when the next message is taken was abandoned.
 */
export function withTraces({ queue, ledger, artifacts, trainer }: Ports, tracer: Tracer): Ports {
	let messageParent: string | undefined;
	let attempt: Span | undefined;

	const end = (error?: string) => {
		attempt?.end(error);
		attempt = undefined;
	};
	const step = async <T>(name: string, work: () => Promise<T>, attributes: Attributes = {}): Promise<T> => {
		const span = tracer.start(name, { parent: attempt?.traceParent, attributes });
		try {
			const result = await work();
			span.end();
			return result;
		} catch (error) {
			span.end(sentenceOf(error));
			throw error;
		}
	};
	/** A last write of an attempt: once the database has answered, the attempt is over. */
	const last = async <T>(name: string, work: () => Promise<T>, error?: string): Promise<T> => {
		const result = await step(name, work);
		end(error);
		return result;
	};

	return {
		queue: {
			...queue,
			receive: async (options) => {
				end('abandoned');
				const delivery = await queue.receive(options);
				messageParent = delivery?.message?.traceParent;
				return delivery;
			},
		},
		ledger: {
			...ledger,
			claim: async (input) => {
				end('claiming is tried again');
				const attributes = { 'basin.trial_id': input.trialId };
				attempt = tracer.start('attempt', { kind: 'consumer', parent: messageParent, attributes });
				const assignment = await step('claim', () => ledger.claim(input));
				if (assignment === null) end();
				else attempt?.set({ 'basin.sweep_id': assignment.sweepId, 'basin.attempt_no': assignment.attemptNo });
				return assignment;
			},
			finish: (input) => last('finish', () => ledger.finish(input)),
			fail: (input) => last('fail', () => ledger.fail(input), `${input.reason}: ${input.message}`),
			release: (input) => last('release', () => ledger.release(input)),
			acknowledgeCancel: (input) => last('cancel', () => ledger.acknowledgeCancel(input)),
		},
		artifacts: {
			...artifacts,
			put: (input) => step('upload', () => artifacts.put(input), { 'basin.artifact': input.name }),
		},
		trainer: { ...trainer, train: (input) => step('train', () => trainer.train(input)) },
	};
}
