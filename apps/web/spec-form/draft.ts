import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { z } from 'zod';
import { specText } from './commands.ts';
import { readSpecText } from './edited-spec.ts';
import { FormValues, initialValues } from './form-values.ts';

/** A sweep that is being designed. */
export const Draft = z.object({
	values: FormValues,
	text: z.string().nullable().describe('What was typed as JSON when the form does not say the same; null: it does.'),
});
export type Draft = z.infer<typeof Draft>;

export const emptyDraft: Draft = { values: initialValues, text: null };

/** The draft that means this spec: in the form where that can say it all, else as text. */
export function draftFromSpec(spec: SweepSpecInput): Draft {
	const text = specText(spec);
	const edited = readSpecText(text);
	return edited.kind === 'form' ? { values: edited.values, text: null } : { values: initialValues, text };
}

/** The part of `localStorage` that a draft needs. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const draftKey = 'basin.draft';

/** The draft that was kept, or null: none, of another version, or storage is blocked. */
export function loadDraft(storage: DraftStorage): Draft | null {
	try {
		const parsed = Draft.safeParse(JSON.parse(storage.getItem(draftKey) ?? 'null'));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}

/** Keeps a draft; without storage (private windows) the form works, only a reload forgets. */
export function saveDraft(storage: DraftStorage, draft: Draft): void {
	try {
		storage.setItem(draftKey, JSON.stringify(draft));
	} catch {}
}

export function clearDraft(storage: DraftStorage): void {
	try {
		storage.removeItem(draftKey);
	} catch {}
}
