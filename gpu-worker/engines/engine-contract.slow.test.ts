import { testAgreement } from './agreement.ts';
import { testEngine } from './contract.ts';
import { createOnnxEngine } from './onnx/engine.ts';
import { createTensorflowEngine } from './tensorflow/engine.ts';

const openOnnx = async () => createOnnxEngine({ threads: 1 });
const openTensorflow = () => createTensorflowEngine({ threads: 1 });

testEngine('onnx', openOnnx);
testEngine('tensorflow', openTensorflow);
// Blocks this small cut most of the batches.
testAgreement(['onnx', 'tensorflow'], [openOnnx, () => createTensorflowEngine({ threads: 1, blockNumbers: 10_000 })]);
