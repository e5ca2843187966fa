const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A UTC timestamp in the reader's zone and language: `24 Nov 2026, 08:10`. */
export function formatMoment(iso: string): string {
	return moment.format(new Date(iso));
}

/** Seconds from one ISO timestamp to another. */
export function secondsBetween(startIso: string, endIso: string): number {
	return (Date.parse(endIso) - Date.parse(startIso)) / 1000;
}
