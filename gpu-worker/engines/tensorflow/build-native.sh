#!/usr/bin/env bash
# Builds the native part of TensorFlow.js from its sources, against the libtensorflow that TensorFlow's Python wheel carries: npm
# and PyPI are all it reaches. It is for networks that refuse the host from which the package's own install step fetches both.
# usage: build-native.sh cpu|gpu [FOLDER with package.json; default: the checkout]
# Linux. Needs python3 with pip, a C++17 compiler, make, and Node's headers (NODE_HEADERS=PREFIX of include/node, where none are found).
set -euo pipefail

tfjs=4.22.0
tensorflow=2.15.1 # Any release with a C API will do for the binding; this one was tried. tfjs 4.22.0 itself asks for 2.9.1.
case "${1:-}" in
	cpu) package=@tensorflow/tfjs-node wheel=tensorflow-cpu ;;
	gpu) package=@tensorflow/tfjs-node-gpu wheel=tensorflow ;;
	*) echo "usage: build-native.sh cpu|gpu [FOLDER]" >&2; exit 2 ;;
esac
cd "${2:-$(dirname "$0")/../../..}"

npm install --no-save --ignore-scripts --no-audit --no-fund "$package@$tfjs"
cd "node_modules/$package"
downloads=$(mktemp -d)
trap 'rm -rf "$downloads"' EXIT
python3 -m pip download --no-deps --only-binary=:all: --python-version 3.11 --dest "$downloads" "$wheel==$tensorflow"
python3 - "$downloads" <<'PYTHON'
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    wanted = ("tensorflow/include/", "tensorflow/libtensorflow_cc.", "tensorflow/libtensorflow_framework.")
    wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(wanted)])
PYTHON
rm -rf deps lib build
mkdir -p deps/lib
mv "$downloads/tensorflow/include" deps/include
mv "$downloads"/tensorflow/libtensorflow_* deps/lib/
# binding.gyp links -ltensorflow and -ltensorflow_framework; in the wheel the C API is part of libtensorflow_cc.
ln -s libtensorflow_cc.so.2 deps/lib/libtensorflow.so
ln -s libtensorflow_framework.so.2 deps/lib/libtensorflow_framework.so

# The binding uses Node-API only, so that headers of another version of Node do.
for prefix in "${NODE_HEADERS:-}" "$(node -p 'require("node:path").resolve(process.execPath, "../..")')" /usr /usr/local; do
	if [ -f "$prefix/include/node/node_api.h" ]; then export npm_config_nodedir=$prefix; break; fi
done
npx --no-install node-pre-gyp install --build-from-source
rm -rf deps/include build
node -e 'const tf = require(process.cwd()); const { binding, isUsingGpuDevice } = tf.backend();
console.log(`libtensorflow ${binding.TF_Version}, GPU ${isUsingGpuDevice ? "in use" : "not found"}`);'
