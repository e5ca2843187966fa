import { type MantineColorScheme, SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Light, dark, or as the system says; remembered in this browser. Transitions stay: Mantine stops them with a `<style>`. */
export function ColorSchemeSwitch() {
	const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
	return (
		<SegmentedControl<MantineColorScheme>
			aria-label="Colour theme"
			size="xs"
			value={colorScheme}
			onChange={setColorScheme}
			data={[
				{ value: 'light', label: <Choice icon={<IconSun size={16} aria-hidden />} text="Light" /> },
				{ value: 'auto', label: <Choice icon={<IconDeviceDesktop size={16} aria-hidden />} text="As the system" /> },
				{ value: 'dark', label: <Choice icon={<IconMoon size={16} aria-hidden />} text="Dark" /> },
			]}
		/>
	);
}

function Choice({ icon, text }: { icon: ReactNode; text: string }) {
	return (
		<span style={{ display: 'flex', paddingBlock: 2 }} title={text}>
			{icon}
			<VisuallyHidden>{text}</VisuallyHidden>
		</span>
	);
}
