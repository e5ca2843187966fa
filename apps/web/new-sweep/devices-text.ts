import type { MeasuredDevice } from '@basin/client';
import { formatQuantity } from '../format/numbers.ts';

/** `Seen on AMD EPYC, 1 thread (2 workers lately).` */
export function devicesText(devices: readonly MeasuredDevice[], engine: 'auto' | 'onnx' | 'tensorflow'): string {
	const wanted = engine === 'auto' ? 'onnx' : engine;
	const seen = devices.filter(({ device }) => device.engine === wanted);
	if (seen.length === 0) return 'No worker has finished a trial with it yet.';
	const texts = seen.map(({ device, workersSeenLately }) => {
		const lately = workersSeenLately === 0 ? 'none lately' : `${formatQuantity(workersSeenLately, 'worker')} lately`;
		return `${device.label} (${lately})`;
	});
	return `Seen on ${texts.join('; ')}.`;
}
