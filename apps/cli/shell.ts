import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { type Client, type ClientOptions, createClient } from '@basin/client';

/** A stream that may be a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number };

/** What `main.ts` hands over: the process's edges, as values. */
export type Surroundings = {
	stdin: Readable;
	stdout: Output;
	stderr: Output;
	/** Where the API is, unless `--url` says otherwise. */
	defaultUrl: string;
	/** `BASIN_TOKEN`, unless `--token` says otherwise. */
	defaultToken?: string | undefined;
	/** How the user called this program, for the commands that hints print: `basin` or `npx basin`. */
	invocation: string;
	/** `TERM=dumb` and the like: no cursor movement. */
	isDumbTerminal: boolean;
	/** Of a training on this machine, for `reproduce`. */
	environment: Record<string, string | undefined>;
	/** Aborted by Ctrl-C. */
	interrupted: AbortSignal;
};

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What every command works with: results go to stdout, everything said beside them to stderr. */
export class Shell {
	readonly surroundings: Surroundings;
	exitCode = 0;
	#url: string;
	#token: string | undefined;

	constructor(surroundings: Surroundings) {
		this.surroundings = surroundings;
		this.#url = surroundings.defaultUrl;
		this.#token = surroundings.defaultToken;
	}

	get url(): string {
		return this.#url;
	}

	get interrupted(): AbortSignal {
		return this.surroundings.interrupted;
	}

	connectTo(url: string, token: string | undefined): void {
		this.#url = url.replace(/\/+$/, '');
		this.#token = token ?? this.surroundings.defaultToken;
	}

	get client(): Client {
		return this.clientWith({});
	}

	clientWith(options: Omit<ClientOptions, 'baseUrl' | 'token'>): Client {
		return createClient({ ...options, baseUrl: this.#url, token: this.#token });
	}

	/** A result, for people or the next program in the pipe. */
	print(text: string): void {
		this.write(`${text}\n`);
	}

	/** A result that has its own line ends. */
	write(text: string): void {
		this.surroundings.stdout.write(text);
	}

	printJson(value: unknown): void {
		this.print(JSON.stringify(value, null, 2));
	}

	/** Progress, hints and warnings: never part of the result. */
	note(text: string): void {
		this.surroundings.stderr.write(`${text}\n`);
	}

	/** Colours only on a terminal, and never under NO_COLOR. */
	style(style: Style, text: string): string {
		return styleText(style, text, { stream: this.surroundings.stdout });
	}

	styleNote(style: Style, text: string): string {
		return styleText(style, text, { stream: this.surroundings.stderr });
	}

	/** A command that the user can paste: `npx basin watch swp_… --url …`. */
	commandLine(...words: string[]): string {
		const elsewhere = this.#url === this.surroundings.defaultUrl ? [] : ['--url', this.#url];
		return [this.surroundings.invocation, ...words, ...elsewhere].join(' ');
	}
}
