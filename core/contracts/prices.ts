import { z } from 'zod';

/** Of one worker's hour: one price for all devices, or one by device key (`/v1/engines` lists them), `*` being all others. */
export const PricePerHour = z.union([z.number().nonnegative(), z.record(z.string(), z.number().nonnegative())]);
export type PricePerHour = z.infer<typeof PricePerHour>;

export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capitals such as USD');

/** What the time of workers costs here. */
export type Prices = { perHour: PricePerHour; currency: string };

/** The price of a worker's hour on a device, or null: none was set. */
export function priceOf(perHour: PricePerHour, deviceKey: string): number | null {
	if (typeof perHour === 'number') return perHour;
	return perHour[deviceKey] ?? perHour['*'] ?? null;
}
