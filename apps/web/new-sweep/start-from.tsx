import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import lectureGrid from '../../../examples/lecture-grid.json' with { type: 'json' };
import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import { initialValues } from '../spec-form/form-values.ts';
import { formFromSpec } from '../spec-form/spec-to-form.ts';
import type { SpecForm } from './use-sweep-form.ts';

/** Fills the form from an example, or clears it. */
export function StartFrom({ form }: { form: SpecForm }) {
	const fill = (spec: unknown) => form.setValues(formFromSpec(spec as SweepSpecInput));
	return (
		<Menu position="bottom-end">
			<Menu.Target>
				<Button variant="default" size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
					Start from
				</Button>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Item onClick={() => fill(quickstart)}>Quickstart example</Menu.Item>
				<Menu.Item onClick={() => fill(lectureGrid)}>Lecture grid example</Menu.Item>
				<Menu.Divider />
				<Menu.Item onClick={() => form.setValues(initialValues)}>Default values</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
