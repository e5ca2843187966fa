import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { specFromForm } from './form-to-spec.ts';
import type { FormValues } from './form-values.ts';
import { formFromSpec } from './spec-to-form.ts';

/** What a text is as a sweep: a form that stands for it; a spec that the form cannot show; or no JSON object at all. */
export type EditedSpec =
	| { kind: 'form'; values: FormValues }
	| { kind: 'raw'; spec: SweepSpecInput; because: string }
	| { kind: 'broken'; because: string };

/**
 * Reads a spec that somebody typed. The form takes it only when the form's own spec means the same: nothing that was
 * typed is ever lost on the way through a form that does not know it.
 */
export function readSpecText(text: string): EditedSpec {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		return { kind: 'broken', because: error instanceof Error ? error.message : String(error) };
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json))
		return { kind: 'broken', because: 'A sweep is a JSON object: { … }.' };
	const spec = json as SweepSpecInput;
	const parsed = SweepSpec.safeParse(json);
	if (!parsed.success) return { kind: 'raw', spec, because: 'It is not a valid sweep yet.' };
	const values = formFromSpec(spec);
	const again = SweepSpec.safeParse(specFromForm(values));
	if (again.success && isSame(again.data, parsed.data)) return { kind: 'form', values };
	return { kind: 'raw', spec, because: 'It says something that the form has no field for.' };
}

function isSame(one: unknown, other: unknown): boolean {
	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
	const [keys, others] = [Object.keys(one), Object.keys(other)];
	return (
		keys.length === others.length &&
		keys.every((key) => isSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]))
	);
}
