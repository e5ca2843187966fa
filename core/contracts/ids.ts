import { z } from 'zod';

/** Prefixed and sortable: 26 Crockford base-32 characters, the first ten a millisecond timestamp (the ULID layout). */
export const SweepId = z.string().regex(/^swp_[0-9a-hjkmnp-tv-z]{26}$/, 'is not a sweep id (swp_…)');
export const DatasetId = z.string().regex(/^dts_[0-9a-hjkmnp-tv-z]{26}$/, 'is not a data set id (dts_…)');
export const TokenId = z.string().regex(/^tok_[0-9a-hjkmnp-tv-z]{26}$/, 'is not a token id (tok_…)');
export const WebhookId = z.string().regex(/^whk_[0-9a-hjkmnp-tv-z]{26}$/, 'is not a webhook id (whk_…)');
export const TrialId = z.string().regex(/^trl_[0-9a-hjkmnp-tv-z]{26}$/, 'is not a trial id (trl_…)');
