import { RankBy } from '@basin/core/contracts/api.ts';
import { BaselineName } from '@basin/core/contracts/gates.ts';
import { DatasetId, SweepId, TokenId, TrialId, WebhookId } from '@basin/core/contracts/ids.ts';
import { z } from 'zod';

const wholeNumber = /^\d{1,9}$/;
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberParameter(form: RegExp, words: string, schema: z.ZodNumber) {
	return z
		.string()
		.regex(form, words)
		.transform((text) => Number(text))
		.pipe(schema);
}

/** A whole number in a query: digits only, so that `1e3`, `0x10` and an empty value are refused. */
export function integerParameter({ min, max, description }: { min: number; max: number; description: string }) {
	return numberParameter(wholeNumber, 'must be a whole number', z.number().min(min).max(max)).meta({
		type: 'integer',
		minimum: min,
		maximum: max,
		description,
	});
}

/** A finite number in a query. */
export function decimalParameter({ description }: { description: string }) {
	return numberParameter(decimalNumber, 'must be a number', z.number()).meta({ type: 'number', description });
}

/** What a leaderboard is ranked by. */
export const ranking = {
	rankBy: RankBy.default('valAccuracy'),
	target: numberParameter(decimalNumber, 'must be a number', z.number().min(0).max(1))
		.meta({
			type: 'number',
			minimum: 0,
			maximum: 1,
			description: 'The validation accuracy that `rankBy=secondsToTarget` asks for, such as 0.97; goes with no other.',
		})
		.optional(),
};

type Ranking = { rankBy: RankBy; target?: number | undefined };

/** For `refine`: a target and the ranking by it come together. */
export const hasItsTarget = ({ rankBy, target }: Ranking) => (rankBy === 'secondsToTarget') === (target !== undefined);
export const targetIsMissing = { path: ['target'], message: 'goes with rankBy=secondsToTarget, which needs it' };

/** Text in a query: printable, since Postgres stores no NUL. */
export function textParameter({ max, description }: { max: number; description: string }) {
	return z
		.string()
		.min(1)
		.max(max)
		.refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not contain control characters')
		.meta({ description });
}

/** For routes that take no query: a misspelt parameter is an error everywhere. */
export const noQuery = z.strictObject({});

export const cursorParameter = textParameter({ max: 512, description: '`nextCursor` of the page before.' });

export const limitParameter = integerParameter({ min: 1, max: 100, description: 'Items in a page; 50 unless told.' });
export const defaultLimit = 50;

export const sweepPath = z.object({ sweepId: SweepId });
export const datasetPath = z.object({ datasetId: DatasetId });
export const tokenPath = z.object({ tokenId: TokenId });
export const trialPath = z.object({ trialId: TrialId });
export const baselinePath = z.object({ name: BaselineName });
export const webhookPath = z.object({ webhookId: WebhookId });
