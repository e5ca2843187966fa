import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * What a GPU provider computes on, as far as the system says: onnxruntime-node tells no adapter's name. NVIDIA's driver knows its
 * models; else the PCI ids (`10de:2330`) of the display controllers, which tell two cards apart; else null, as on a Mac, where the
 * processor's name says it. A Vulkan driver that the environment names, such as a software one, comes before all but NVIDIA's own.
 */
export function nameAccelerator(
	env: Record<string, string | undefined>,
	roots: { proc: string; sys: string } = { proc: '/proc', sys: '/sys' },
): string | null {
	const driver = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
	if (driver && !/nvidia/i.test(driver)) return basename(driver, '.json');
	const models = unlike(nvidiaModels(roots.proc));
	if (models !== '') return models;
	const controllers = unlike(displayControllers(roots.sys));
	return controllers === '' ? null : `GPU ${controllers}`;
}

/** A trainer computes on one of the cards: of several equal ones, one name is enough. */
function unlike(names: string[]): string {
	return [...new Set(names)].join(' or ');
}

function nvidiaModels(proc: string): string[] {
	const folder = join(proc, 'driver/nvidia/gpus');
	return entries(folder).flatMap(
		(gpu) => /^Model:\s*(.+)$/m.exec(text(join(folder, gpu, 'information')))?.[1]?.trim() ?? [],
	);
}

function displayControllers(sys: string): string[] {
	const folder = join(sys, 'bus/pci/devices');
	return entries(folder).flatMap((slot) => {
		const read = (name: string) =>
			text(join(folder, slot, name))
				.trim()
				.replace('0x', '');
		return read('class').startsWith('03') ? [`${read('vendor')}:${read('device')}`] : [];
	});
}

function entries(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}

function text(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
