import { getRandomValues } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new sweep id: sorts by the millisecond of its making. */
export function newSweepId(nowMs: number): string {
	return `swp_${timePart(nowMs)}${randomPart()}`;
}

/** A new id for an uploaded data set. */
export function newDatasetId(nowMs: number): string {
	return `dts_${timePart(nowMs)}${randomPart()}`;
}

/** A new id for a project. */
export function newProjectId(nowMs: number): string {
	return `prj_${timePart(nowMs)}${randomPart()}`;
}

/** A new id for a token; it is no secret. */
export function newTokenId(nowMs: number): string {
	return `tok_${timePart(nowMs)}${randomPart()}`;
}

/** A new id for a webhook. */
export function newWebhookId(nowMs: number): string {
	return `whk_${timePart(nowMs)}${randomPart()}`;
}

/** New trial ids: they sort in the order of this list, and after those made in an earlier millisecond. */
export function newTrialIds(nowMs: number, count: number): string[] {
	const prefix = `trl_${timePart(nowMs)}`;
	const digits = randomDigits();
	digits[0] = digits[0]! >> 1; // room for the carries of 10,000 steps
	return Array.from({ length: count }, () => {
		increment(digits);
		return prefix + spell(digits);
	});
}

function timePart(nowMs: number): string {
	const digits: number[] = [];
	for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) digits.unshift(rest % 32);
	return spell(digits);
}

function randomPart(): string {
	return spell(randomDigits());
}

/** 80 random bits as 16 digits of base 32. */
function randomDigits(): number[] {
	return Array.from(getRandomValues(new Uint8Array(16)), (byte) => byte % 32);
}

function increment(digits: number[]): void {
	for (let i = digits.length - 1; i >= 0; i--) {
		digits[i] = (digits[i]! + 1) % 32;
		if (digits[i] !== 0) return;
	}
}

function spell(digits: number[]): string {
	return digits.map((digit) => alphabet[digit]).join('');
}
