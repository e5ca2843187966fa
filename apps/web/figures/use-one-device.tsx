import type { LeaderboardEntry, Sweep } from '@basin/client';
import { Select } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { useAddress } from '../shell/use-address.ts';

/**
 * The rows of one device, since times of two never compare: that of the address, else the one with most rows. Rows of no
 * device (nothing of them succeeded) belong to every one.
 */
export function useOneDevice(
	sweep: Sweep,
	entries: readonly LeaderboardEntry[],
): { entries: LeaderboardEntry[]; device: string | null; deviceSelect: ReactNode } {
	const { params, setParam } = useAddress();
	const device = params.get('device') ?? busiest(entries);
	const own = useMemo(
		() => entries.filter((entry) => entry.device === null || device === null || entry.device.key === device),
		[entries, device],
	);
	const deviceSelect =
		sweep.devices.length < 2 ? null : (
			<Select
				aria-label="Device"
				size="xs"
				allowDeselect={false}
				data={sweep.devices.map(({ key, label }) => ({ value: key, label }))}
				value={device}
				onChange={(value) => setParam('device', value)}
			/>
		);
	return { entries: own, device, deviceSelect };
}

function busiest(entries: readonly LeaderboardEntry[]): string | null {
	const rows = new Map<string, number>();
	for (const { device } of entries) if (device !== null) rows.set(device.key, (rows.get(device.key) ?? 0) + 1);
	return [...rows].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
