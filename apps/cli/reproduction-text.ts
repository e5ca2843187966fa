import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import { compactNumber, percent } from './format.ts';
import { type Reproduction, tolerance } from './reproduction.ts';
import { renderFields } from './table.ts';

/** The comparison for a person: a line for each thing that was compared, and the verdict. */
export function reproductionText(found: Reproduction): string {
	const { device, ending, testAccuracy } = found;
	return renderFields([
		['Recorded on', device.recorded],
		['Trained on', device.isSame ? 'the same device class' : device.here],
		['Ending', ending.here === ending.recorded ? null : `${ending.here}, not ${ending.recorded}`],
		['Epochs', epochsText(found)],
		['Losses', lossText(found)],
		['Accuracies', accuracyText(found)],
		['Test accuracy', againstText(testAccuracy.recorded, testAccuracy.here)],
		['model.onnx', modelText(found)],
		['Verdict', verdicts[found.verdict]],
	]);
}

const verdicts: Record<Reproduction['verdict'], string> = {
	equal: 'reproduced, bit for bit',
	close: 'agrees, within what is promised from one device class to another',
	deviates: 'DEVIATES from what was recorded',
};

/** One epoch as it ends; `deviation` is that of its losses from what was recorded, null where nothing was. */
export function epochText(now: EpochMetrics, epochs: number, deviation: number | null): string {
	const loss = now.trainLoss === null ? 'not finite' : compactNumber(now.trainLoss);
	const values = `loss ${loss}, validation ${percent(now.valAccuracy ?? 0)} %`;
	const against =
		deviation === null
			? 'not recorded'
			: deviation === 0
				? 'as recorded'
				: `losses deviate by ${deviation.toExponential(1)}`;
	return `epoch ${now.epoch}/${epochs}: ${values}, ${against}`;
}

function epochsText({ epochs: { recorded, here, equal, firstDifferent } }: Reproduction): string {
	const number = here === recorded ? `${recorded}` : `${here} in place of ${recorded}`;
	return firstDifferent === null
		? `${number}, all equal bit for bit`
		: `${number}, ${equal} equal bit for bit; epoch ${firstDifferent} is the first that differs`;
}

function lossText({ lossDeviation: { largest, early } }: Reproduction): string | null {
	if (largest === 0) return null;
	const text = `largest relative deviation ${largest.toExponential(1)}`;
	if (largest <= tolerance.loss) return `${text}, inside ${tolerance.loss}`;
	if (early === null) return `${text}; no epoch ends within the first ${tolerance.updates} updates`;
	const place = early <= tolerance.loss ? 'inside' : 'outside';
	return `${text}; ${early.toExponential(1)} over the first ${tolerance.updates} updates, ${place} ${tolerance.loss}`;
}

function accuracyText({ accuracyDeviation }: Reproduction): string | null {
	if (accuracyDeviation === 0) return null;
	const place = accuracyDeviation <= tolerance.accuracy ? 'inside' : 'outside';
	return `largest difference ${percent(accuracyDeviation)} points, ${place} ${percent(tolerance.accuracy)}`;
}

function againstText(recorded: number | null, here: number | null): string | null {
	if (recorded === null && here === null) return null;
	const text = (value: number | null) => (value === null ? 'none' : `${percent(value)} %`);
	return recorded === here ? `${text(here)}, as recorded` : `${text(here)}, not ${text(recorded)}`;
}

function modelText({ model: { recordedSha256, sha256, isSame, accuracy } }: Reproduction): string | null {
	if (recordedSha256 === null && sha256 === null) return null;
	const file = isSame ? 'the same bytes' : 'another file';
	const measured = accuracy === null ? '' : `; read back by onnxruntime it is right in ${percent(accuracy)} %`;
	const short = (hash: string | null) => hash?.slice(0, 12) ?? 'none';
	return `${file} (SHA-256 ${short(sha256)}…${isSame ? '' : `, not ${short(recordedSha256)}…`})${measured}`;
}
