import type { TrialWithAttempts } from '@basin/client';
import { Title, useComputedColorScheme } from '@mantine/core';
import { hues } from '../charts/ink.ts';
import { formatSeconds } from '../format/numbers.ts';

type Result = NonNullable<TrialWithAttempts['result']>;

const parts: { label: string; read: (result: Result) => number }[] = [
	{ label: 'Updates', read: ({ trainSeconds }) => trainSeconds },
	{ label: 'Validation', read: ({ validationSeconds }) => validationSeconds },
	{ label: 'Loading data', read: ({ loadSeconds }) => loadSeconds },
	{ label: 'Building the graph', read: ({ compileSeconds }) => compileSeconds },
	{ label: 'Writing artifacts', read: ({ artifactSeconds }) => artifactSeconds },
];

/** Where the time of a trial went: a bar of its parts, and each part in words. Only the updates count as epoch seconds. */
export function TimeParts({ result }: { result: Result }) {
	const palette = hues[useComputedColorScheme('light')];
	return (
		<section aria-label="Where the time went">
			<Title order={3} size="h6" mb={6}>
				Where the time went
			</Title>
			<div className="time-bar" aria-hidden>
				{parts.map(({ label, read }, index) => (
					<span key={label} style={{ flexGrow: read(result), background: palette[index] }} />
				))}
			</div>
			<dl className="time-parts">
				{parts.map(({ label, read }, index) => (
					<div key={label} style={{ display: 'contents' }}>
						<dt>
							<span className="swatch" style={{ background: palette[index] }} aria-hidden />
							<span>{label}</span>
						</dt>
						<dd>{formatSeconds(read(result))}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}
