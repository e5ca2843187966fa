import type { Outcome } from '@basin/core/contracts/lab.ts';
import { Badge } from '@mantine/core';

const outcomes: Record<Outcome, { text: string; color: string }> = {
	holds: { text: 'holds', color: 'teal.9' },
	'does-not-hold': { text: 'does not hold here', color: 'orange.9' },
	unclear: { text: 'too noisy to say', color: 'gray.7' },
};

export function VerdictBadge({ outcome }: { outcome: Outcome }) {
	const { text, color } = outcomes[outcome];
	return (
		<Badge color={color} autoContrast>
			{text}
		</Badge>
	);
}
