import type { FailureReason } from '@basin/core/contracts/states.ts';
import { DatasetError } from './datasets/dataset.ts';
import { EngineError, SpecError } from './engines/port.ts';

/** Why a trial threw, with a sentence for the person who reads the sweep. */
export function describeFailure(error: unknown): { reason: FailureReason; message: string } {
	const message = error instanceof Error ? error.message : String(error);
	if (error instanceof SpecError) return { reason: 'bad_config', message };
	if (error instanceof DatasetError || error instanceof EngineError) return { reason: 'infrastructure', message };
	if (isOutOfMemory(error, message)) {
		const [line] = message.split('\n');
		return { reason: 'out_of_memory', message: `The model does not fit in this worker's memory (${line}).` };
	}
	if (error instanceof Error && 'code' in error && 'syscall' in error) return { reason: 'infrastructure', message };
	return { reason: 'unknown', message: `The engine stopped: ${message}` };
}

/** What V8 and onnxruntime say when an allocation is refused. WebGPU goes on with an invalid buffer, which the next kernel refuses. */
function isOutOfMemory(error: unknown, message: string): boolean {
	if (error instanceof RangeError) return true;
	return /bad_alloc|Failed to allocate memory|Array buffer allocation|\[Invalid Buffer|max(imum)? (storage )?buffer/i.test(
		message,
	);
}
