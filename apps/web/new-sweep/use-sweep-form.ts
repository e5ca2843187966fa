import { ApiError, createIdempotencyKey } from '@basin/cli/client.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { client } from '../api/client.ts';
import { estimateQuery } from '../api/queries.ts';
import { clearDraft, saveDraft } from '../spec-form/draft.ts';
import { readSpecText } from '../spec-form/edited-spec.ts';
import { advancedFields, type FormErrors, firstField, formErrors } from '../spec-form/field-errors.ts';
import { specFromForm } from '../spec-form/form-to-spec.ts';
import type { FormValues } from '../spec-form/form-values.ts';

export type SpecForm = ReturnType<typeof useForm<FormValues>>;
export type SweepFormState = ReturnType<typeof useSweepForm>;

const submitKey = ['submit-sweep'];

type RawSpec = { spec: SweepSpecInput; because: string };

const noErrors: FormErrors = { fields: {}, general: [] };

/**
 * The form, what the API says of it (a dry run half a second after the last change), and the submit.
 * Errors come from the API alone, so form, command line and scripts are judged by the same rules.
 */
export function useSweepForm(start: FormValues) {
	const form = useForm<FormValues>({ mode: 'controlled', initialValues: start, clearInputErrorOnChange: false });
	const [advancedOpen, setAdvancedOpen] = useState(false);
	const [raw, setRaw] = useState<RawSpec | null>(null);
	const formSpec = useMemo(() => specFromForm(form.values), [form.values]);
	const spec = raw?.spec ?? formSpec;
	const [settledSpec] = useDebouncedValue(spec, 500);
	const estimate = useQuery(estimateQuery(settledSpec));
	const submit = useSubmit();
	const queries = useQueryClient();

	useEffect(() => saveDraft(localStorage, form.values), [form.values]);

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

	const setSpecText = (text: string) => {
		const edited = readSpecText(text);
		if (edited.kind === 'broken') return;
		setRaw(edited.kind === 'raw' ? edited : null);
		if (edited.kind === 'form') form.setValues(edited.values);
	};

	return {
		form,
		spec,
		/** The spec that was typed when the form has no fields for it; the form is then out of use. */
		raw,
		setSpecText,
		leaveText: () => setRaw(null),
		fill: (values: FormValues) => {
			setRaw(null);
			form.setValues(values);
		},
		errors,
		estimate,
		isSettled: settledSpec === spec && !estimate.isFetching,
		submit,
		onSubmit,
		advancedOpen,
		setAdvancedOpen,
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
