import { sentenceOf } from './log.ts';
import type { DatasetShelf, Trainer } from './ports.ts';

/**
 * A trainer that finds an uploaded data set on this machine when it is told to train: it has no way to the bucket itself. Built-in
 * data sets are its own matter.
 */
export function withDatasets({ trainer, datasets }: { trainer: Trainer; datasets: DatasetShelf }): Trainer {
	return {
		...trainer,
		train: async (input) => {
			const { signal } = input;
			const { name, sha256 } = input.assignment.dataset;
			if (sha256 === undefined) return trainer.train(input);
			try {
				await datasets.fetch({ name, sha256, signal });
			} catch (error) {
				if (signal.aborted) return { type: 'stopped' };
				return { type: 'crashed', reason: 'infrastructure', message: sentenceOf(error) };
			}
			return trainer.train(input);
		},
	};
}
