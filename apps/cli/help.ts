import type { Command } from 'commander';
import type { Shell } from './shell.ts';

/** Command lines without the program's name, each with what it is for. */
export type Examples = readonly (readonly [line: string, purpose?: string])[];

/** Adds "Examples" to a command's help. The lines are run by `help.test.ts`: one that is not understood turns it red. */
export function addExamples(command: Command, shell: Shell, examples: Examples): Command {
	const { invocation } = shell.surroundings;
	const lines = examples.map(([line, purpose]) => `${purpose ? `  # ${purpose}\n` : ''}  ${invocation} ${line}`);
	return command.addHelpText('after', `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
}
