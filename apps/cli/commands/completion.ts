import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

/**
 * The script asks bash-completion for the words of the line. Where that is not installed (macOS, containers), bash's own
 * words do, up to what stands on both sides of a `=` or `:`.
 */
const bashBefore = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
    }
fi
`;
/** Files, where \`basin complete\` answers nothing and does not forbid them. */
const bashAfter = 'complete -o default -F __basin_complete basin';
/** Of the protocol: no suggestion of ours, and the shell may offer files. */
const filesInstead = ':0';

/** Adds `basin completion SHELL`, and the hidden `complete` that its scripts call at every Tab. */
export function addCompletion(program: Command, shell: Shell): void {
	const completions = tab(program, { completionCommandName: 'completion' });
	const named = (name: string) => program.commands.find((command) => command.name() === name)!;
	named('complete').action((words: string[]) => {
		if (isFile(program, words)) shell.print(filesInstead);
		else completions.parse(words);
	});
	named('completion')
		.description('print a script that completes commands, options and files at the Tab key')
		.action((name: string) => {
			if (name === 'bash') shell.print(bashBefore);
			completions.setup('basin', 'basin', name);
			if (name === 'bash') shell.print(bashAfter);
		})
		.addHelpText('after', examples);
}

const examples = `
Examples:
  # bash, zsh: in every new shell
  echo 'source <(basin completion bash)' >> ~/.bashrc
  echo 'source <(basin completion zsh)' >> ~/.zshrc
  # fish
  basin completion fish > ~/.config/fish/completions/basin.fish

The script calls "basin", so that must be on the PATH; "npx basin" does not complete.`;

/** The last word is no option and stands where a command takes files, or a folder for an option. */
function isFile(program: Command, words: string[]): boolean {
	const at = program.commands.find((command) => command.name() === words[0]);
	const inner = at?.commands.find((command) => command.name() === words[1]);
	const command = inner ?? at;
	const last = words.at(-1) ?? '';
	if (command === undefined || words.length < (inner ? 3 : 2) || last.startsWith('-')) return false;
	const option = command.options.find(({ long, short }) => [long, short].includes(words.at(-2)));
	if (option?.required) return /<(dir|path|file)>/.test(option.flags);
	return command.registeredArguments.some((argument) => /^files?$/.test(argument.name()));
}
