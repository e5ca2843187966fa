import { existsSync } from 'node:fs';

/** SwiftShader and a Vulkan loader, as Debian's package `chromium` brings them: a GPU in software. */
const folder = '/usr/lib/chromium';
const driver = `${folder}/vk_swiftshader_icd.json`;

/** Why there is none here, for a test to skip; or false. */
export const noSoftwareVulkan =
	process.platform === 'linux' && existsSync(driver) && existsSync(`${folder}/libvulkan.so.1`)
		? false
		: `no software Vulkan: ${driver} is not there (Debian: apt-get install chromium)`;

/** For a child process: the loader of libraries reads it only at the start of one. */
export const softwareVulkan = { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folder };
