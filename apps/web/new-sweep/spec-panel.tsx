import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Button, Code, CopyButton, Group, Paper, Tabs } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { cliCommand, curlCommand, specText } from '../spec-form/commands.ts';

/** The sweep as JSON and as commands that submit it, to copy. */
export function SpecPanel({ spec }: { spec: SweepSpecInput }) {
	const forms = [
		{ value: 'json', label: 'JSON', text: specText(spec) },
		{ value: 'curl', label: 'curl', text: curlCommand(spec, location.origin) },
		{ value: 'cli', label: 'Command line', text: cliCommand(spec, location.origin) },
	];
	return (
		<Paper withBorder p="md" component="section" aria-label="The same as text">
			<Tabs defaultValue="json">
				<Tabs.List>
					{forms.map(({ value, label }) => (
						<Tabs.Tab key={value} value={value}>
							{label}
						</Tabs.Tab>
					))}
				</Tabs.List>
				{forms.map(({ value, label, text }) => (
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

function CopyText({ text }: { text: string }) {
	return (
		<CopyButton value={text}>
			{({ copied, copy }) => (
				<Button
					size="xs"
					variant="default"
					onClick={copy}
					leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
				>
					<span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
				</Button>
			)}
		</CopyButton>
	);
}
