import { Alert, Button, Code, Group, Paper, Tabs, Text, Textarea } from '@mantine/core';
import { CopyText } from '../shell/copy-text.tsx';
import { cliCommand, curlCommand, specText } from '../spec-form/commands.ts';
import { readSpecText } from '../spec-form/edited-spec.ts';
import type { SweepFormState } from './use-sweep-form.ts';

/** The sweep as JSON, to read and to edit, and as commands that submit it. */
export function SpecPanel({ sweepForm }: { sweepForm: SweepFormState }) {
	const { spec } = sweepForm;
	const commands = [
		{ value: 'curl', label: 'curl', text: curlCommand(spec, location.origin) },
		{ value: 'cli', label: 'Command line', text: cliCommand(spec, location.origin) },
	];
	return (
		<Paper withBorder p="md" component="section" aria-label="The same as text">
			<Tabs defaultValue="json">
				<Tabs.List>
					<Tabs.Tab value="json">JSON</Tabs.Tab>
					{commands.map(({ value, label }) => (
						<Tabs.Tab key={value} value={value}>
							{label}
						</Tabs.Tab>
					))}
				</Tabs.List>
				<Tabs.Panel value="json" pt="sm">
					<SpecEditor sweepForm={sweepForm} />
					<Group mt="xs" justify="flex-end">
						<CopyText text={specText(spec)} />
					</Group>
				</Tabs.Panel>
				{commands.map(({ value, label, text }) => (
					<Tabs.Panel key={value} value={value} pt="sm">
						<Code block tabIndex={0} mah="45vh" style={{ overflow: 'auto' }} aria-label={`The sweep as ${label}`}>
							{text}
						</Code>
						<Group mt="xs" justify="flex-end">
							<CopyText text={text} />
						</Group>
					</Tabs.Panel>
				))}
			</Tabs>
		</Paper>
	);
}

/** Follows the form until somebody types here; then the form follows. */
function SpecEditor({ sweepForm }: { sweepForm: SweepFormState }) {
	const { spec, raw, typed } = sweepForm;
	const edited = typed === null ? null : readSpecText(typed);
	return (
		<>
			<Textarea
				aria-label="The sweep as JSON, editable"
				autosize
				minRows={8}
				maxRows={26}
				spellCheck={false}
				styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13, whiteSpace: 'pre' } }}
				value={typed ?? specText(spec)}
				error={edited?.kind === 'broken' ? `Not JSON yet: ${edited.because}` : undefined}
				onChange={(event) => sweepForm.onType(event.currentTarget.value)}
				onBlur={sweepForm.onTyped}
			/>
			{raw !== null && (
				<Alert color="blue" mt="xs" title="The form waits">
					<Text size="sm">{raw.because} The sweep is what this text says, and can be started as it is.</Text>
					<Button mt="xs" size="xs" variant="default" onClick={sweepForm.leaveText}>
						Back to the form as it was
					</Button>
				</Alert>
			)}
		</>
	);
}
