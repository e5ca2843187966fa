/** What `basin` ends with; scripts and CI rely on these. */
export const exitCodes = {
	ok: 0,
	/** The sweep ended without a success or was cancelled, or a download did not verify. */
	failed: 1,
	/** Worse than the baseline (`gate`), or what could not be compared, where that is asked to fail. */
	regression: 2,
	/** The numbers are not those that were recorded (`reproduce`): the same code, since both say "not what it was". */
	deviates: 2,
	/** Not ended within `--timeout` (`wait`, `gate`); the sweep goes on. */
	timeout: 3,
	/** The command line, the spec or an id is not usable: asking again gives the same answer. */
	usage: 4,
	/** The server could not be reached or could not answer: asking again later may work. */
	unreachable: 5,
	/** Ctrl-C, by the shells' convention. */
	interrupted: 130,
} as const;

export const exitCodesHelp = `
Exit codes:
  0    done; with --watch: the sweep completed
  1    the sweep failed or was cancelled, or a download did not verify
  2    gate: a regression; reproduce: the numbers deviate from what was recorded
  3    wait, gate: not ended within --timeout
  4    bad command line, spec or id
  5    the server cannot be reached
  130  interrupted (a sweep that was being watched keeps running)
`;
