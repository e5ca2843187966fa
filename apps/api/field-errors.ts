import type { FieldError } from '@basin/core/contracts/errors.ts';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** JSON pointer (RFC 6901) of a path. */
export function pointerTo(path: Path): string {
	return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Every issue as a pointer and the end of a sentence. A union's issues are those of the branch that the input was meant
 * for; an unknown key is pointed at itself.
 */
export function fieldErrors(issues: readonly Issue[], base: Path = []): FieldError[] {
	return issues.flatMap((issue) => {
		const path = [...base, ...issue.path];
		if (issue.code === 'unrecognized_keys') {
			const sentences = issue.message.split('\n');
			return issue.keys.map((key, index) => ({ pointer: pointerTo([...path, key]), message: sentences[index]! }));
		}
		if (issue.code === 'invalid_union') {
			const branch = issue.errors.find((errors) => !errors.some(isOfAnotherType));
			if (branch) return fieldErrors(branch, path);
		}
		return [{ pointer: pointerTo(path), message: issue.message }];
	});
}

/** The value itself, not something inside it, is of the wrong type: this branch was not meant. */
function isOfAnotherType(issue: Issue): boolean {
	const mismatch = issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
	return mismatch && issue.path.length === 0;
}
