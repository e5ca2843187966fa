import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { invalid } from '@basin/core/domain/spec-faults.ts';
import type { Db } from '@basin/db/client.ts';
import { findDataset } from '@basin/db/datasets/find.ts';
import { closeMatch } from './close-match.ts';

/**
 * The data set that a spec names, and the spec with its content pinned when it is an uploaded one.
 * @throws BasinError `invalid_spec` when nothing has that name, or its content is another than the spec says
 */
export async function resolveDataset(input: {
	db: Db;
	projectId: string;
	spec: SweepSpec;
}): Promise<{ spec: SweepSpec; dataset: DatasetInfo }> {
	const { db, projectId, spec } = input;
	const { name, sha256 } = spec.dataset;
	const builtIn = new Map<string, DatasetInfo>(Object.entries(datasets));
	const dataset = builtIn.get(name) ?? (await findDataset({ db, projectId, name }));
	if (!dataset) throw invalid('invalid_spec', [{ pointer: '/dataset/name', message: unknownName(name) }]);
	if (sha256 !== undefined && sha256 !== dataset.sha256) {
		const message =
			dataset.sha256 === null
				? `is for uploaded data sets; ${name} is built in`
				: `is not the content of ${name}, which is ${dataset.sha256}: it was uploaded again since`;
		throw invalid('invalid_spec', [{ pointer: '/dataset/sha256', message }]);
	}
	if (dataset.sha256 === null) return { spec, dataset };
	return { spec: { ...spec, dataset: { ...spec.dataset, sha256: dataset.sha256 } }, dataset };
}

function unknownName(name: string): string {
	const known = Object.keys(datasets);
	const words = known.map((word) => JSON.stringify(word));
	const meant = closeMatch(name, known);
	const list = `${words.slice(0, -1).join(', ')}, ${words.at(-1)} or the name of an uploaded data set`;
	return `must be ${list}${meant ? `; did you mean "${meant}"?` : ''}`;
}
