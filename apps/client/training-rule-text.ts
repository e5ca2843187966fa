import type { TrainingRule } from '@basin/core/contracts/training-rule.ts';

/** `adam, weight decay 0.01, warm-up of 1 epoch, cosine`: what is not the default, or null where all is. */
export function trainingRuleText({ optimizer, schedule, loss, weightDecay }: TrainingRule): string | null {
	const { decay, warmup, linearScaling } = schedule;
	const parts: (string | false)[] = [
		optimizer.kind !== 'momentum' && optimizer.kind,
		weightDecay > 0 && `weight decay ${weightDecay}`,
		linearScaling !== undefined && `η · B/${linearScaling.baseBatchSize}`,
		warmup !== undefined && `warm-up of ${warmup.epochs} epoch${warmup.epochs === 1 ? '' : 's'}`,
		decay.kind === 'cosine' && 'cosine',
		decay.kind === 'step' &&
			`η × ${decay.factor} after epoch${decay.at.length === 1 ? '' : 's'} ${decay.at.join(', ')}`,
		loss.kind === 'mse' && 'mse',
		loss.kind === 'softmaxCrossEntropy' && loss.labelSmoothing > 0 && `label smoothing ${loss.labelSmoothing}`,
	];
	const said = parts.filter((part) => part !== false);
	return said.length === 0 ? null : said.join(', ');
}
