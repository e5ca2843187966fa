import { FormValues } from './form-values.ts';

/** The part of `localStorage` that a draft needs. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const draftKey = 'basin.draft';

/** The draft that was kept, or null: none, of another version, or storage is blocked. */
export function loadDraft(storage: DraftStorage): FormValues | null {
	try {
		const parsed = FormValues.safeParse(JSON.parse(storage.getItem(draftKey) ?? 'null'));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}

/** Keeps a draft; without storage (private windows) the form works, only a reload forgets. */
export function saveDraft(storage: DraftStorage, values: FormValues): void {
	try {
		storage.setItem(draftKey, JSON.stringify(values));
	} catch {}
}

export function clearDraft(storage: DraftStorage): void {
	try {
		storage.removeItem(draftKey);
	} catch {}
}
