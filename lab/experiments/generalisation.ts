import type { Experiment } from '../experiment.ts';
import { withoutTrials } from '../sweep-result.ts';
import { figuresOf, tablesOf } from './generalisation/figures.ts';
import { type Measured, measure } from './generalisation/measure.ts';
import { networks } from './generalisation/networks.ts';
import { verdictsOf } from './generalisation/verdicts.ts';

export const generalisation: Experiment = {
	id: 'generalisation',
	claims: ['L7', 'L8'],
	title: 'The generalisation gap, and sharp minima',
	claim:
		'Even where training accuracy is the same, networks trained with small batches do better on images they have not seen (Keskar et al., arXiv 1609.04836), because large batches end in sharp minima and small ones in flat.',
	method: {
		quick:
			'Their network F1 with Adam on 6,000 images of MNIST, B = 30 (0.5 % of them, as 256 is of all) against 600 (10 %), 3 seeds, 18 epochs; sharpness by Metric 2.1 over 500 of these images; the loss on the line between two solutions; the distance from the start.',
		full: 'F1 on 55,000 images of MNIST, B = 256 against 5,500, 5 seeds, 10 epochs; C1 on 1,000 images of CIFAR-10, B = 16 (1.6 %) against 100, 3 seeds, 20 epochs.',
	},
	seconds: { quick: 150, full: 1_300 },
	async run(context) {
		const measured: Measured[] = [];
		for (const network of networks[context.size]) measured.push(await measure(context, network));
		return {
			verdicts: verdictsOf(measured),
			figures: measured.flatMap(figuresOf),
			tables: measured.flatMap(tablesOf),
			caveats: caveatsOf(measured),
			sweeps: withoutTrials(measured.map(({ sweep }) => sweep)),
		};
	},
};

function caveatsOf(measured: readonly Measured[]): string[] {
	const names = measured.map(({ network }) => network.name);
	return [
		'Sharpness and the gap are measured apart: that the one causes the other, as the claim says, is not tested here.',
		'Metric 2.1 is not invariant: scaling the weights of a relu network changes it and not the network (Dinh et al., arXiv 1703.04933), and with batch norm the weights’ scale is free.',
		'More updates, a rate that grows as √B and ghost batch norm close the gap (Hoffer et al., arXiv 1705.08741: F1 98.27 % small, 97.05 % large, 98.53 % adapted).',
		'The maximum in Metric 2.1 is found by ten steps of projected ascent, not of L-BFGS-B, so that φ is a lower bound; f is the loss over some of the training images, as the tables say. In the random subspace A⁺ is taken as Aᵀ/n, which it is but for the overlaps of random columns.',
		'Batch norm’s running statistics, by which accuracies are taken, follow the last ten updates; with the usual hundred the large batch, of ten updates an epoch, is tested by statistics from its start, which looks like a gap and is none.',
		...(names.includes('C1')
			? [
					'C1 is trained on 1,000 images for want of time, and its small batch is 16, since batch norm over the five that 0.5 % of them are would be noise; the paper’s test accuracies are out of reach with so few.',
				]
			: []),
	];
}
