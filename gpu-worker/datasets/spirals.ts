import { datasets } from '@basin/core/domain/datasets.ts';
import { Random } from '../engines/random.ts';
import { type Dataset, hashRows, type Rows } from './dataset.ts';

/** Turns of an arm from the centre to the rim, and the standard deviation of a point's angle: arms touch, but seldom cross. */
const turns = 0.75;
const noiseRadians = 0.2;

/** Points of three arms that wind around each other in the unit circle: no straight line parts them. The same points for everyone. */
export function makeSpirals(): Dataset {
	const { name, inputShape, classes, trainSize, testSize } = datasets.spirals;
	const train = makePoints(trainSize, classes, Random.of(1));
	const test = makePoints(testSize, classes, Random.of(2));
	return { name, inputShape, classes, inputScale: 1, train, test, sha256: hashRows(train, test) };
}

function makePoints(count: number, arms: number, random: Random): Rows {
	const values = new Float32Array(count * 2);
	const labels = new Uint8Array(count);
	for (let point = 0; point < count; point++) {
		const arm = point % arms;
		const radius = random.unit();
		const angle = 2 * Math.PI * (arm / arms + turns * radius) + noiseRadians * random.normal();
		labels[point] = arm;
		values[2 * point] = radius * Math.cos(angle);
		values[2 * point + 1] = radius * Math.sin(angle);
	}
	return { values, labels, count };
}
