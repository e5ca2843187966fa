import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Puts a text into the clipboard, and says so. */
export function CopyText({ text, label = 'Copy' }: { text: string; label?: string }) {
	return (
		<CopyButton value={text}>
			{({ copied, copy }) => (
				<Button
					size="xs"
					variant="default"
					onClick={copy}
					leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
				>
					<span aria-live="polite">{copied ? 'Copied' : label}</span>
				</Button>
			)}
		</CopyButton>
	);
}
