import type { Client, Sweep } from '@basin/client';
import { Command } from 'commander';
import { jsonOption, sweepIdArgument, trialIdArgument } from '../arguments.ts';
import { count } from '../format.ts';
import { addExamples } from '../help.ts';
import type { Shell } from '../shell.ts';

type Control<T extends Sweep> = {
	name: string;
	description: string;
	/** Shown under "Examples" of its help: what follows `basin NAME swp_…`, and what it is for. */
	example: string;
	call: (client: Client, sweepId: string, signal: AbortSignal) => Promise<T>;
	/** One line for people. */
	say: (sweep: T, shell: Shell) => string;
};

/** A command that does one thing to one sweep and prints it. */
function controlCommand<T extends Sweep>(shell: Shell, control: Control<T>): Command {
	const command = new Command(control.name)
		.description(control.description)
		.argument('<sweep>', 'its id', sweepIdArgument)
		.addOption(jsonOption())
		.action(async (sweepId: string, options: { json?: boolean }) => {
			const sweep = await control.call(shell.client, sweepId, shell.interrupted);
			if (options.json) shell.printJson(sweep);
			else shell.print(control.say(sweep, shell));
		});
	return addExamples(command, shell, [[`${control.name} swp_…`, control.example]]);
}

/** `basin pause SWEEP` */
export function pauseCommand(shell: Shell): Command {
	return controlCommand(shell, {
		name: 'pause',
		description: 'start nothing new of a sweep; what runs keeps a checkpoint and waits',
		example: 'the machine is needed for something else',
		call: (client, sweepId, signal) => client.pauseSweep(sweepId, { signal }),
		say: ({ id, counts: { running } }) =>
			running > 0
				? `Paused ${id}: ${count(running, 'running trial')} will be given back at the next heartbeat.`
				: `Paused ${id}.`,
	});
}

/** `basin resume SWEEP` */
export function resumeCommand(shell: Shell): Command {
	return controlCommand(shell, {
		name: 'resume',
		description: 'go on with a paused sweep',
		example: 'trials go on from their checkpoints',
		call: (client, sweepId, signal) => client.resumeSweep(sweepId, { signal }),
		say: ({ id, counts }) => `${id} goes on: ${count(counts.pending + counts.queued, 'trial')} to run.`,
	});
}

/** `basin stop SWEEP` */
export function stopCommand(shell: Shell): Command {
	return controlCommand(shell, {
		name: 'stop',
		description: 'end a sweep gently: what runs may end, what waits is dropped',
		example: 'the best configuration is good enough',
		call: (client, sweepId, signal) => client.stopSweep(sweepId, { signal }),
		say: ({ id, counts: { running, succeeded } }) =>
			running > 0
				? `Stopping ${id}: ${count(running, 'running trial')} may end.`
				: `Stopped ${id}; ${count(succeeded, 'trial')} had succeeded.`,
	});
}

/** `basin cancel SWEEP` */
export function cancelCommand(shell: Shell): Command {
	return controlCommand(shell, {
		name: 'cancel',
		description: 'end a sweep: what waits is dropped, what runs ends within 20 s',
		example: 'it was submitted by mistake',
		call: (client, sweepId, signal) => client.cancelSweep(sweepId, { signal }),
		say: ({ id, counts: { running, succeeded } }) =>
			running > 0
				? `Cancelling ${id}: ${count(running, 'running trial')} will end within 20 s.`
				: `Cancelled ${id}; ${count(succeeded, 'trial')} had succeeded.`,
	});
}

/** `basin retry-failed SWEEP` */
export function retryFailedCommand(shell: Shell): Command {
	return controlCommand(shell, {
		name: 'retry-failed',
		description: 'run every failed trial again with a fresh budget; what succeeded is not touched',
		example: 'after an outage',
		call: (client, sweepId, signal) => client.retryFailed(sweepId, { signal }),
		say: ({ id, retried }, shell) =>
			retried === 0
				? `No trial of ${id} has failed.`
				: `${count(retried, 'failed trial')} of ${id} ${retried === 1 ? 'runs' : 'run'} again; watch: ${shell.commandLine('watch', id)}`,
	});
}

/** `basin retry TRIAL` */
export function retryCommand(shell: Shell): Command {
	const command = new Command('retry')
		.description('run one failed trial again with a fresh budget')
		.argument('<trial>', 'its id', trialIdArgument)
		.addOption(jsonOption())
		.action(async (trialId: string, options: { json?: boolean }) => {
			const trial = await shell.client.retryTrial(trialId, { signal: shell.interrupted });
			if (options.json) shell.printJson(trial);
			else shell.print(`${trial.id} is ${trial.state}; watch: ${shell.commandLine('watch', trial.sweepId)}`);
		});
	return addExamples(command, shell, [['retry trl_…', 'it failed for want of memory']]);
}
