import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { nameAccelerator } from './accelerator.ts';

const folder = await mkdtemp(join(tmpdir(), 'basin-accelerator-'));
after(() => rm(folder, { recursive: true }));
const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
const put = async (path: string, text: string) => {
	await mkdir(dirname(join(folder, path)), { recursive: true });
	await writeFile(join(folder, path), text);
};

test('the GPU is named by what the environment forces, else by NVIDIA’s driver, else by its PCI ids, else not at all', async () => {
	assert.equal(nameAccelerator({}, roots), null);
	const slot = 'sys/bus/pci/devices/0000';
	for (const [place, type, vendor, device] of [
		['03:00.0', '0x030000', '0x1002', '0x744c'],
		['00:1f.3', '0x040300', '0x8086', '0x7ad0'],
	] as const) {
		await put(`${slot}:${place}/class`, `${type}\n`);
		await put(`${slot}:${place}/vendor`, `${vendor}\n`);
		await put(`${slot}:${place}/device`, `${device}\n`);
	}
	assert.equal(nameAccelerator({}, roots), 'GPU 1002:744c');
	await put('proc/driver/nvidia/gpus/0000:01:00.0/information', 'Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 17\n');
	await put('proc/driver/nvidia/gpus/0000:02:00.0/information', 'Model: \t\t NVIDIA H100 80GB HBM3\n');
	assert.equal(nameAccelerator({}, roots), 'NVIDIA H100 80GB HBM3');
	assert.equal(nameAccelerator({ VK_ICD_FILENAMES: '/a/nvidia_icd.json' }, roots), 'NVIDIA H100 80GB HBM3');
	assert.equal(nameAccelerator({ VK_ICD_FILENAMES: '/a/vk_swiftshader_icd.json' }, roots), 'vk_swiftshader_icd');
});
