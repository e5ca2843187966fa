/** Between a number and its unit, so that a line never breaks there. */
const nbsp = '\u00a0';

const grouped = new Intl.NumberFormat('en');
const threeDigits = new Intl.NumberFormat('en', {
	minimumSignificantDigits: 3,
	maximumSignificantDigits: 3,
	useGrouping: false,
});

/** A hyperparameter with at most six significant digits, in a form that can be pasted back: `0.001`, `1e-7`. */
export function formatValue(value: number): string {
	const rounded = Number(value.toPrecision(6));
	const size = Math.abs(rounded);
	if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(rounded);
	return rounded.toExponential().replace('e+', 'e');
}

/** `12,960`. */
export function formatCount(count: number): string {
	return grouped.format(count);
}

/** `1 trial`, `72 trials`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
	return `${formatCount(count)}${nbsp}${count === 1 ? singular : plural}`;
}

/** A fraction as `97.93 %`; only a whole 1 is shown as 100 %, so that a near miss stays one. */
export function formatPercent(fraction: number, digits = 2): string {
	const percent = fraction * 100;
	const step = 10 ** -digits;
	const shown = fraction < 1 && percent > 100 - step ? 100 - step : percent;
	return `${shown.toFixed(digits)}${nbsp}%`;
}

/** A fraction on an axis: as many decimals as it needs, at most two. */
export function formatPercentTick(fraction: number): string {
	return `${Number((fraction * 100).toFixed(2))}${nbsp}%`;
}

/** Half the width of an interval of fractions, in percentage points: `± 0.25`. */
export function formatHalfWidth([low, high]: readonly [number, number]): string {
	return `±${nbsp}${(((high - low) / 2) * 100).toFixed(2)}`;
}

/** A loss with four significant digits: `0.08123`, `1.204e-7`. */
export function formatLoss(loss: number): string {
	if (loss === 0) return '0';
	return loss >= 1e-4 && loss < 1e6 ? String(Number(loss.toPrecision(4))) : loss.toExponential(3).replace('e+', 'e');
}

/** `2.41 kB`; powers of 1000. */
export function formatBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes}${nbsp}B`;
	const units = ['kB', 'MB', 'GB', 'TB'];
	const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
	return `${threeDigits.format(bytes / 1000 ** power)}${nbsp}${units[power - 1]}`;
}

/** A measured time with three digits, in ms below a second: `0.183 ms`, `8.21 ms`, `210 ms`, `1.63 s`, `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
	if (seconds >= 59.95) return formatDuration(seconds);
	if (seconds >= 0.9995) return `${threeDigits.format(seconds)}${nbsp}s`;
	if (seconds === 0) return `0${nbsp}ms`;
	if (seconds < 1e-6) return `under 0.001${nbsp}ms`;
	return `${threeDigits.format(seconds * 1e3)}${nbsp}ms`;
}

/** A time on an axis: as many digits as it needs: `0.1 ms`, `50 ms`, `2 s`. */
export function formatSecondsTick(seconds: number): string {
	if (seconds >= 60) return formatDuration(seconds);
	const [value, unit] = seconds >= 1 || seconds === 0 ? [seconds, 's'] : [seconds * 1e3, 'ms'];
	return `${Number(value.toPrecision(3))}${nbsp}${unit}`;
}

/** How long something takes, to the precision a person plans with: `under 1 s`, `35 s`, `2 min 5 s`, `3 h 12 min`. */
export function formatDuration(seconds: number): string {
	if (seconds < 1) return `under 1${nbsp}s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole}${nbsp}s`;
	if (whole < 3600) return twoUnits(whole, 60, 'min', 's');
	if (whole < 86_400) return twoUnits(Math.round(whole / 60), 60, 'h', 'min');
	return twoUnits(Math.round(whole / 3600), 24, 'd', 'h');
}

/** `12.40 USD`; a cent is the least that is named. */
export function formatMoney({ amount, currency }: { amount: number; currency: string }): string {
	const shown = amount > 0 && amount < 0.01 ? 'under 0.01' : amount.toFixed(2);
	return `${shown}${nbsp}${currency}`;
}

function twoUnits(amount: number, perLarge: number, large: string, small: string): string {
	const head = `${Math.floor(amount / perLarge)}${nbsp}${large}`;
	const tail = amount % perLarge;
	return tail === 0 ? head : `${head} ${tail}${nbsp}${small}`;
}
