/** A worker that starts a hanging trainer, prints the trainer's process id, and waits to be killed. */
import { createLog } from '../log.ts';
import { createTrainer } from '../trainer-process.ts';
import { assignmentOf, undisturbedTraining } from './memory-ports.ts';

const log = createLog(() => undefined);
const trainer = createTrainer({
	script: new URL('./scripted-trainer.ts', import.meta.url),
	args: ['hang'],
	env: {},
	progressTimeoutMs: 60_000,
	log: {
		...log,
		info: (message, fields) => {
			if (message === 'trainer started') console.log(fields?.trainerPid);
		},
	},
});
await trainer.train({
	...undisturbedTraining,
	assignment: assignmentOf('trl_1'),
	outputDir: '/tmp',
	signal: new AbortController().signal,
	onEpoch: () => console.log('training'),
});
