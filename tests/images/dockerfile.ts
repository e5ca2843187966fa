/** The part of a Dockerfile's language that Basin's own files use. https://docs.docker.com/reference/dockerfile/ */
export type Instruction = { keyword: string; text: string };
export type Stage = { base: string; name: string | null; instructions: Instruction[] };

/** What an image says about how it is run. */
export type ImageConfig = {
	user: string | null;
	workdir: string;
	env: Record<string, string>;
	entrypoint: string[];
	command: string[];
	/** Of `HEALTHCHECK … CMD [...]`. */
	healthCheck: string[] | null;
	stopSignal: string | null;
	volumes: string[];
};

const emptyConfig = (): ImageConfig => ({
	user: null,
	workdir: '/',
	env: {},
	entrypoint: [],
	command: [],
	healthCheck: null,
	stopSignal: null,
	volumes: [],
});

/** Stages in their order; `ARG`s before the first are put in by their defaults. @throws Error for an instruction outside of a stage */
export function parseDockerfile(source: string): Stage[] {
	const stages: Stage[] = [];
	const args: Record<string, string> = {};
	for (const instruction of instructionsOf(source)) {
		const { keyword, text } = instruction;
		if (keyword === 'FROM') {
			const [base, , name] = text.replace(/\$\{(\w+)\}/g, (_, arg: string) => args[arg] ?? '').split(/\s+/);
			stages.push({ base: base!, name: name ?? null, instructions: [] });
		} else if (stages.length > 0) stages.at(-1)!.instructions.push(instruction);
		else if (keyword === 'ARG') Object.assign(args, assignments(text));
		else throw new Error(`${keyword} stands before the first FROM.`);
	}
	return stages;
}

/** Comments and blank lines go, also between the lines of one instruction. */
function instructionsOf(source: string): Instruction[] {
	const lines = source.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
	return lines
		.join('\n')
		.replace(/\\\n\s*/g, ' ')
		.split('\n')
		.map((line) => {
			const [, keyword, text] = /^(\w+)\s+(.*)$/.exec(line.trim())!;
			return { keyword: keyword!.toUpperCase(), text: text! };
		});
}

export const assignments = (text: string): Record<string, string> =>
	Object.fromEntries(text.split(/\s+/).map((part) => [part.split('=')[0]!, part.slice(part.indexOf('=') + 1)]));

/** `COPY [--from=STAGE] SOURCE… TARGET` */
export function readCopy(text: string): { from: string | null; sources: string[]; target: string } {
	const words = text.split(/\s+/);
	const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length) ?? null;
	const paths = words.filter((word) => !word.startsWith('--'));
	return { from, sources: paths.slice(0, -1), target: paths.at(-1)! };
}

export function configOf(stage: Stage): ImageConfig {
	const config = emptyConfig();
	for (const { keyword, text } of stage.instructions) {
		if (keyword === 'USER') config.user = text;
		else if (keyword === 'WORKDIR') config.workdir = text;
		else if (keyword === 'ENV') Object.assign(config.env, assignments(text));
		else if (keyword === 'ENTRYPOINT') config.entrypoint = JSON.parse(text) as string[];
		else if (keyword === 'CMD') config.command = JSON.parse(text) as string[];
		else if (keyword === 'STOPSIGNAL') config.stopSignal = text;
		else if (keyword === 'VOLUME') config.volumes.push(text);
		else if (keyword === 'HEALTHCHECK') config.healthCheck = JSON.parse(text.slice(text.indexOf('['))) as string[];
	}
	return config;
}
