import type { Configuration } from '@basin/core/contracts/sweep-spec.ts';

/** Names come from users: no control character (cursor movement, colour, bell) may reach the terminal. */
export function printable(text: string): string {
	return text.replace(/\p{Cc}/gu, ' ');
}

/** Four significant digits, no trailing zeros: 0.0316227766 is `0.03162`. */
export function compactNumber(value: number): string {
	return String(Number(value.toPrecision(4)));
}

/** A fraction as percent with two decimals and no unit: 0.97934 is `97.93`. */
export function percent(fraction: number): string {
	return (fraction * 100).toFixed(2);
}

/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
	if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
	if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's');
	if (whole < 86_400) return twoUnits(whole, 3600, 'h', 60, 'min');
	return twoUnits(whole, 86_400, 'd', 3600, 'h');
}

function twoUnits(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
	const rest = Math.floor((seconds % large) / small);
	return `${Math.floor(seconds / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
}

/** `12.40 USD`; a cent is the least that is named. */
export function money({ amount, currency }: { amount: number; currency: string }): string {
	return amount > 0 && amount < 0.01 ? `under 0.01 ${currency}` : `${amount.toFixed(2)} ${currency}`;
}

/** `512 B`, `398 KiB`, `1.2 MiB`. */
export function byteSize(bytes: number): string {
	if (bytes < 1024) return `${bytes} B`;
	const units = ['KiB', 'MiB', 'GiB', 'TiB'];
	let value = bytes / 1024;
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** `2 trials`, `1 trial`, `10,000 trials`. */
export function count(n: number, noun: string): string {
	return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** `B 100, η 0.05, λ 0.9`. */
export function configurationText(configuration: Configuration): string {
	const { batchSize, eta, lambda } = configuration;
	return `B ${batchSize}, η ${compactNumber(eta)}, λ ${compactNumber(lambda)}`;
}

/** An ISO timestamp as `2026-01-31 12:00:00 UTC`. */
export function timestamp(iso: string): string {
	return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
