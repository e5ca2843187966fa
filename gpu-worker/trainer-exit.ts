import { readFileSync } from 'node:fs';
import type { Failure } from './ports.ts';

export type TrainerExit = {
	code: number | null;
	signal: NodeJS.Signals | null;
	/** The last of what the process wrote to stderr. */
	stderrTail: string;
	/** The kernel killed something for memory while the process ran. */
	outOfMemoryKill: boolean;
};

/** What V8, the C++ library and ONNX Runtime print when an allocation fails. */
const allocationFailure = /out of memory|bad_alloc|Failed to allocate memory|Allocation failed/i;

/** How a trainer ends whose engine can compute nothing any more because its memory ran out (`EngineBroken`). */
export const engineBrokenCode = 4;

/** The process's own doing, and maybe the trial's: a poison trial must not use up the five tries of an outage. */
const crashSignals: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/** Names the class and says, in a sentence, how a trainer process that died by itself ended. */
export function failureOfExit(exit: TrainerExit): Failure {
	const killedForMemory = exit.signal === 'SIGKILL' && exit.outOfMemoryKill;
	if (killedForMemory || exit.code === engineBrokenCode || allocationFailure.test(exit.stderrTail)) {
		return {
			reason: 'out_of_memory',
			message: 'The trainer ran out of memory: use a smaller model or batch, or a machine with more memory.',
		};
	}
	const lastWords = lastLine(exit.stderrTail);
	const detail = lastWords === '' ? '' : ` Its last words: ${lastWords}`;
	if (exit.signal !== null) {
		const reason = crashSignals.has(exit.signal) ? 'unknown' : 'infrastructure';
		return { reason, message: `The trainer process was ended by ${exit.signal}.${detail}` };
	}
	return { reason: 'unknown', message: `The trainer process exited with code ${exit.code}.${detail}` };
}

function lastLine(text: string): string {
	const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
	return (lines.at(-1) ?? '').trim().slice(0, 300);
}

/**
 * Kills for memory so far, as Linux counts them: of this container where cgroups tell, else of the machine.
 * Zero where the system does not say.
 */
export function outOfMemoryKills(): number {
	for (const path of ['/sys/fs/cgroup/memory.events', '/proc/vmstat']) {
		try {
			const count = /^oom_kill (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
			if (count !== undefined) return Number(count);
		} catch {
			// Not Linux, or no such controller.
		}
	}
	return 0;
}
