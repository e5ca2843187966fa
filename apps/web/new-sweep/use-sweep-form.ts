import { ApiError, createIdempotencyKey } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { client } from '../api/client.ts';
import { estimateQuery } from '../api/queries.ts';
import { specText } from '../spec-form/commands.ts';
import { clearDraft, type Draft, saveDraft } from '../spec-form/draft.ts';
import { type EditedSpec, readSpecText } from '../spec-form/edited-spec.ts';
import { advancedFields, type FormErrors, firstField, formErrors } from '../spec-form/field-errors.ts';
import { specFromForm } from '../spec-form/form-to-spec.ts';
import type { FormValues } from '../spec-form/form-values.ts';

export type SpecForm = ReturnType<typeof useForm<FormValues>>;
export type SweepFormState = ReturnType<typeof useSweepForm>;

const submitKey = ['submit-sweep'];

const noErrors: FormErrors = { fields: {}, general: [] };

/**
 * The form, what the API says of it (a dry run half a second after the last change), and the submit.
 * Errors come from the API alone, so form, command line and scripts are judged by the same rules.
 */
export function useSweepForm(start: Draft) {
	const form = useForm<FormValues>({ mode: 'controlled', initialValues: start.values, clearInputErrorOnChange: false });
	const [advancedOpen, setAdvancedOpen] = useState(false);
	const text = useSpecText(start.text);
	const { raw } = text;
	const formSpec = useMemo(() => specFromForm(form.values), [form.values]);
	const spec = raw?.spec ?? formSpec;
	const [settledSpec] = useDebouncedValue(spec, 500);
	const estimate = useQuery(estimateQuery(settledSpec));
	const submit = useSubmit();
	const queries = useQueryClient();

	useEffect(() => saveDraft(localStorage, { values: form.values, text: text.kept }), [form.values, text.kept]);

	const refused = submit.error ?? estimate.error;
	const refusedSpec = submit.error ? submit.variables : settledSpec;
	const errors = useMemo(
		() => (refused instanceof ApiError ? formErrors(refused.problem.errors ?? [], refusedSpec) : noErrors),
		[refused, refusedSpec],
	);
	useEffect(() => form.setErrors(errors.fields), [errors, form.setErrors]);

	// A refused submit is about the form as it was: the next change is judged by the dry run again.
	const { reset, variables } = submit;
	useEffect(() => {
		if (variables !== undefined && variables !== spec) reset();
	}, [variables, spec, reset]);

	const focusFirst = (fields: Record<string, string>) => {
		const field = firstField(fields);
		if (field === undefined) return;
		if (advancedFields.has(field)) setAdvancedOpen(true);
		focusOnceShown(() => form.getInputNode(field));
	};

	const onSubmit = () => {
		// Asked of the cache: two clicks can come before the first is rendered.
		if (queries.isMutating({ mutationKey: submitKey }) > 0 || submit.isSuccess) return;
		submit.mutate(spec, {
			onError: (error) => {
				if (error instanceof ApiError) focusFirst(formErrors(error.problem.errors ?? [], spec).fields);
			},
		});
	};

	const fill = (draft: Draft) => {
		text.start(draft.text);
		form.setValues(draft.values);
	};

	return {
		form,
		spec,
		/** The spec that was typed when the form has no fields for it; the form is then out of use. */
		raw,
		typed: text.typed,
		onType: (typed: string) => {
			const values = text.type(typed);
			if (values !== null) form.setValues(values);
		},
		/** What was understood is shown as the form would write it; what was not stays to be corrected. */
		onTyped: text.settle,
		leaveText: () => text.start(null),
		fill,
		errors,
		estimate,
		isSettled: settledSpec === spec && !estimate.isFetching,
		submit,
		onSubmit,
		advancedOpen,
		setAdvancedOpen,
	};
}

type RawSpec = Extract<EditedSpec, { kind: 'raw' }>;

/** The sweep as text, while it is being typed or the form cannot say the same. */
function useSpecText(start: string | null) {
	const begin = (text: string | null) => {
		const edited = text === null ? null : readSpecText(text);
		return { typed: edited?.kind === 'broken' ? text : null, raw: edited?.kind === 'raw' ? edited : null };
	};
	const [{ typed, raw }, set] = useState<{ typed: string | null; raw: RawSpec | null }>(() => begin(start));
	const isBroken = typed !== null && readSpecText(typed).kind === 'broken';
	return {
		/** As it was typed; null: as the spec is written. */
		typed,
		raw,
		/** What a draft must keep besides the form. */
		kept: isBroken ? typed : raw && specText(raw.spec),
		/** Takes a text, and answers the form that says the same, if there is one. What is broken changes nothing yet. */
		type: (text: string): FormValues | null => {
			const edited = readSpecText(text);
			set({ typed: text, raw: edited.kind === 'broken' ? raw : edited.kind === 'raw' ? edited : null });
			return edited.kind === 'form' ? edited.values : null;
		},
		settle: () => set({ typed: isBroken ? typed : null, raw }),
		start: (text: string | null) => set(begin(text)),
	};
}

/** A folded part unfolds over several frames, and what is hidden takes no focus; after a second it is given up. */
function focusOnceShown(find: () => HTMLElement | null, framesLeft = 60): void {
	const input = find();
	if (input?.checkVisibility()) input.focus();
	else if (framesLeft > 0) requestAnimationFrame(() => focusOnceShown(find, framesLeft - 1));
}

/** One idempotency key for each spec that is submitted: pressing twice, or again after a lost answer, makes one sweep. */
function useSubmit() {
	const navigate = useNavigate();
	const keys = useRef(new Map<string, string>());
	return useMutation({
		mutationKey: submitKey,
		mutationFn: (spec: SweepSpecInput) => {
			const body = JSON.stringify(spec);
			const idempotencyKey = keys.current.get(body) ?? createIdempotencyKey();
			keys.current.set(body, idempotencyKey);
			return client.createSweep(spec, { idempotencyKey });
		},
		onSuccess: (sweep) => {
			clearDraft(localStorage);
			navigate(`/sweeps/${sweep.id}`);
		},
	});
}
