/**
 * Holds the engine `onnx` on another provider to the engines' contract, and to its own numbers on the CPU.
 * usage: node gpu-worker/engines/provider-suite.ts webgpu|cuda [UPDATES]
 * UPDATES (default 100): how many of each agreement. Software Vulkan takes about 20 ms for each.
 */
import { ProviderName } from '@basin/core/contracts/env.ts';
import { testAgreement } from './agreement.ts';
import { testEngine } from './contract.ts';
import { createOnnxEngine, openOnnxEngine } from './onnx/engine.ts';

const provider = ProviderName.parse(process.argv[2]);
const open = () => openOnnxEngine({ threads: 1, provider });
testEngine(`onnx on ${provider}`, open);
testAgreement(
	['onnx', `onnx on ${provider}`],
	[async () => createOnnxEngine({ threads: 1 }), open],
	Number(process.argv[3] ?? 100),
);
