import { Command, CommanderError, Option } from 'commander';
import { tokenOption, urlOption } from './arguments.ts';
import { artifactsCommand } from './commands/artifacts.ts';
import { baselineCommand } from './commands/baseline.ts';
import { addCompletion } from './commands/completion.ts';
import {
	cancelCommand,
	pauseCommand,
	resumeCommand,
	retryCommand,
	retryFailedCommand,
	stopCommand,
} from './commands/control.ts';
import { datasetCommand } from './commands/dataset.ts';
import { doctorCommand } from './commands/doctor.ts';
import { estimateCommand } from './commands/estimate.ts';
import { exportCommand } from './commands/export.ts';
import { extendCommand } from './commands/extend.ts';
import { gateCommand } from './commands/gate.ts';
import { labCommand } from './commands/lab.ts';
import { leaderboardCommand } from './commands/leaderboard.ts';
import { listCommand } from './commands/list.ts';
import { logsCommand } from './commands/logs.ts';
import { projectCommand } from './commands/project.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { showCommand } from './commands/show.ts';
import { startCommand } from './commands/start.ts';
import { submitCommand } from './commands/submit.ts';
import { tokenCommand } from './commands/token.ts';
import { trialsCommand } from './commands/trials.ts';
import { waitCommand } from './commands/wait.ts';
import { watchCommand } from './commands/watch.ts';
import { webhookCommand } from './commands/webhook.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { Shell, type Surroundings } from './shell.ts';

const commands = [
	startCommand,
	submitCommand,
	estimateCommand,
	watchCommand,
	waitCommand,
	gateCommand,
	baselineCommand,
	leaderboardCommand,
	listCommand,
	showCommand,
	trialsCommand,
	exportCommand,
	logsCommand,
	artifactsCommand,
	reproduceCommand,
	labCommand,
	pauseCommand,
	resumeCommand,
	stopCommand,
	cancelCommand,
	retryFailedCommand,
	retryCommand,
	extendCommand,
	datasetCommand,
	webhookCommand,
	tokenCommand,
	projectCommand,
	doctorCommand,
];

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function runBasin(args: string[], surroundings: Surroundings, version: string): Promise<number> {
	const shell = new Shell(surroundings);
	try {
		await createProgram(shell, version).parseAsync(args, { from: 'user' });
		return shell.exitCode;
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
		if (surroundings.interrupted.aborted) return exitCodes.interrupted;
		return reportFailure(shell, error);
	}
}

/** The whole command, ready to parse; also what docs/cli.md is made from. */
export function createProgram(shell: Shell, version: string): Command {
	const { stdout, stderr } = shell.surroundings;
	const program = new Command('basin')
		.description('Hyperparameter sweeps over batch size B, learning rate η and momentum λ.')
		.version(version)
		.addOption(
			new Option('--url <url>', 'where the API is (or BASIN_URL)')
				.argParser(urlOption)
				.default(shell.surroundings.defaultUrl),
		)
		.addOption(
			new Option(
				'--token <token>',
				'what the API knows you by (better BASIN_TOKEN, which other users of this machine cannot see)',
			).argParser(tokenOption),
		)
		.hook('preAction', (_program, action) => {
			const { url, token } = action.optsWithGlobals();
			shell.connectTo(url, token);
		})
		.addHelpText('after', exitCodesHelp);
	for (const make of commands) program.addCommand(make(shell));
	addCompletion(program, shell);
	for (const command of withDescendants(program)) {
		command
			.exitOverride()
			.showHelpAfterError(`("${wordsOf(command).join(' ')} --help" shows how)`)
			.configureHelp({ showGlobalOptions: true })
			.configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
	}
	return program;
}

function withDescendants(command: Command): Command[] {
	return [command, ...command.commands.flatMap(withDescendants)];
}

/** `basin dataset add` */
function wordsOf(command: Command): string[] {
	return [...(command.parent ? wordsOf(command.parent) : []), command.name()];
}
