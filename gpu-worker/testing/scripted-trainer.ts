/**
 * A trainer that speaks the real protocol from a real process and does what its first argument says. It trains one epoch
 * of each trial, then: `finish`, `exit` (code 3), `abort`, `exhaust` (memory), `hang` (blocking its event loop) or
 * `babble` (an unknown message). `never-ready` says nothing at all.
 */
import type { TrainerCommand, TrainerEvent } from '@basin/core/contracts/worker-protocol.ts';
import { device, finishedOf, metricsOf } from './memory-ports.ts';

const behaviour = process.argv[2];
const send = (event: TrainerEvent | object) => new Promise((resolve) => process.send?.(event, resolve));

process.on('disconnect', () => process.exit(0));
process.on('message', async (command: TrainerCommand) => {
	if (command.type === 'exit') process.exit(0);
	if (command.type === 'release') return;
	const { trialId, attemptNo } = command.assignment;
	await send({ type: 'epoch', trialId, attemptNo, metrics: metricsOf(1) });
	switch (behaviour) {
		case 'exit':
			console.error('the device went away');
			process.exit(3);
			break;
		case 'abort':
			process.abort();
			break;
		case 'exhaust': {
			const hoard: unknown[] = [];
			for (;;) hoard.push(new Array(100_000).fill(`${hoard.length}`));
		}
		case 'hang':
			for (;;);
		case 'babble':
			await send({ type: 'gossip' });
			break;
		default:
			await send(finishedOf(command.assignment));
	}
});
if (behaviour === 'die') process.exit(7);
if (behaviour !== 'never-ready') await send({ type: 'ready', device, engines: ['onnx'] });
