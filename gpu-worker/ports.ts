import type { Device } from '@basin/core/contracts/device.ts';
import type { Directive, FailureReason } from '@basin/core/contracts/states.ts';
import type { ArtifactRecord, EpochMetrics, FinishedResult } from '@basin/core/contracts/training.ts';
import type {
	CheckpointRecord,
	QueueMessage,
	TrainerEvent,
	TrialAssignment,
} from '@basin/core/contracts/worker-protocol.ts';
import type { CheckpointFile } from './checkpoints/resume.ts';

export type { CheckpointFile };

/** Names one attempt; every write of a worker carries it, and is refused when a newer attempt exists. */
export type AttemptRef = { trialId: string; attemptNo: number };

/** The fenced verbs of the database that a worker may call. A `false` means fenced: stop and write nothing. */
export type TrialLedger = {
	claim(input: { trialId: string }): Promise<TrialAssignment | null>;
	heartbeat(input: AttemptRef): Promise<Directive>;
	/** From which epoch's checkpoint the attempt goes on, 0: from the start; `note` says why not from the newest. */
	resume(input: AttemptRef & { epoch: number; note: string | null }): Promise<boolean>;
	recordEpoch(input: AttemptRef & { metrics: EpochMetrics }): Promise<boolean>;
	/** After the epochs that it holds. Answers the keys of objects that nobody needs any more; null means fenced. */
	recordCheckpoint(input: AttemptRef & { checkpoint: CheckpointRecord }): Promise<string[] | null>;
	finish(input: AttemptRef & { result: FinishedResult; device: Device; artifacts: ArtifactRecord[] }): Promise<boolean>;
	fail(input: AttemptRef & Failure & { device: Device | null; artifacts: ArtifactRecord[] }): Promise<boolean>;
	release(input: AttemptRef): Promise<boolean>;
	acknowledgeCancel(input: AttemptRef): Promise<boolean>;
};

export type Failure = { reason: FailureReason; message: string };

/** One received message; `message` is null when its body is not ours. */
export type Delivery = { message: QueueMessage | null; receipt: string };

export type Queue = {
	/** Waits up to `waitSeconds` (whole, at most 20) for one message; null when none came. @throws when aborted or out of reach */
	receive(options: { waitSeconds: number; signal: AbortSignal }): Promise<Delivery | null>;
	delete(receipt: string): Promise<void>;
};

export type ArtifactStore = {
	/** Streams a file to `key` in parts, hashing on the way. @throws PermanentError when trying again cannot help */
	put(input: {
		key: string;
		name: string;
		path: string;
		contentType: string;
		signal: AbortSignal;
	}): Promise<ArtifactRecord>;
	/** Writes an object to `path` and answers the SHA-256 of what arrived; null when there is none. */
	fetch(input: { key: string; path: string; signal: AbortSignal }): Promise<string | null>;
	/** Without an error where there is nothing. */
	remove(key: string): Promise<void>;
	/** Every object whose key begins so and is wanted gone. */
	removeUnder(prefix: string, isUnwanted: (key: string) => boolean): Promise<void>;
};

/** Uploaded data sets on this machine. */
export type DatasetShelf = {
	/** Sees to it that the content is on this machine. @throws DatasetError when it is gone; others may pass */
	fetch(input: { name: string; sha256: string; signal: AbortSignal }): Promise<void>;
};

export type TrainerFile = Extract<TrainerEvent, { type: 'finished' }>['files'][number];

/**
 * How a training ended. `crashed`: the process died or hung; `stopped`: the caller's signal ended it; `released`: it ended at
 * a checkpoint, as it was asked to.
 */
export type TrainingOutcome =
	| Extract<TrainerEvent, { type: 'finished' | 'failed' }>
	| ({ type: 'crashed' } & Failure)
	| { type: 'released' }
	| { type: 'stopped' };

export type Trainer = {
	/** Starts the trainer process where none runs, and waits until it can train. @throws when it cannot start */
	ready(): Promise<Extract<TrainerEvent, { type: 'ready' }>>;
	/**
	 * Trains one trial; never rejects. When `signal` aborts, the process is killed at once; when `release` aborts, the trial is
	 * asked to end with a checkpoint when its epoch has ended.
	 */
	train(input: {
		assignment: TrialAssignment;
		/** From where to go on, newest first. */
		checkpoints: CheckpointFile[];
		outputDir: string;
		signal: AbortSignal;
		release: AbortSignal;
		/** Before the first epoch: the trial goes on after `epoch`; `refused` says why not from a newer checkpoint. */
		onStart: (start: { epoch: number; refused: string[] }) => void;
		onEpoch: (metrics: EpochMetrics) => void;
		onCheckpoint: (file: CheckpointFile) => void;
	}): Promise<TrainingOutcome>;
	/** Ends the process. */
	close(): Promise<void>;
};

/** Monotonic milliseconds and interruptible sleep, so that tests own the time. */
export type Clock = {
	now(): number;
	/** Resolves after `milliseconds`, or at once when `signal` aborts; never rejects. */
	sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

export type LogFields = Record<string, unknown>;
export type Log = {
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
	/** The same log with fields that every later line carries. */
	with(fields: LogFields): Log;
};

/** An error that trying again cannot cure (no such bucket, access denied). */
export class PermanentError extends Error {
	override name = 'PermanentError';
}
