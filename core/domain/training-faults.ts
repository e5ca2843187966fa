import type { FieldError } from '../contracts/errors.ts';
import type { SweepSpec } from '../contracts/sweep-spec.ts';
import type { Optimizer } from '../contracts/training-rule.ts';

/** What a schema cannot say of optimizer and schedule together with the rest of the spec. */
export function trainingFaults(spec: SweepSpec): FieldError[] {
	return [...lambdaFaults(spec), ...scheduleFaults(spec)];
}

/** Why λ has no meaning for an optimiser; null where it is the momentum coefficient. */
const withoutLambda: Readonly<Record<Optimizer['kind'], string | null>> = {
	momentum: null,
	nesterov: null,
	lars: null,
	sgd: 'the optimizer sgd has no momentum: choose momentum or nesterov',
	adam: 'the optimizer adam has /optimizer/beta1 in place of λ',
	lamb: 'the optimizer lamb has /optimizer/beta1 in place of λ',
};

function lambdaFaults({ optimizer, grid, configurations = [] }: SweepSpec): FieldError[] {
	const reason = withoutLambda[optimizer.kind];
	if (reason === null) return [];
	const written: [string, number][] = configurations.map(({ lambda }, index) => [
		`/configurations/${index}/lambda`,
		lambda,
	]);
	const axis = grid?.lambda ?? [];
	if (Array.isArray(axis))
		written.push(...axis.map((value, index): [string, number] => [`/grid/lambda/${index}`, value]));
	else written.push(['/grid/lambda/from', axis.from], ['/grid/lambda/to', axis.to]);
	return written
		.filter(([, value]) => value !== 0)
		.map(([pointer]) => ({ pointer, message: `must be 0, because ${reason}` }));
}

function scheduleFaults({ schedule, epochs }: SweepSpec): FieldError[] {
	const { warmup, decay } = schedule;
	const faults: FieldError[] = [];
	if (warmup && warmup.epochs > epochs) {
		faults.push({ pointer: '/schedule/warmup/epochs', message: `must be at most ${epochs}, the epochs of a trial` });
	}
	if (decay.kind !== 'step') return faults;
	for (const [index, epoch] of decay.at.entries()) {
		const pointer = `/schedule/decay/at/${index}`;
		if (epoch >= epochs) {
			faults.push({
				pointer,
				message: `must be less than ${epochs}, the epochs of a trial, or nothing comes after it`,
			});
		} else if (decay.at.indexOf(epoch) < index) {
			faults.push({ pointer, message: `repeats /schedule/decay/at/${decay.at.indexOf(epoch)}: both are ${epoch}` });
		}
	}
	return faults;
}
