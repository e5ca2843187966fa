"""What a JAX user would write for MNIST 784-128-10 with SGD momentum: `jit` over a `lax.scan` of the epoch; milliseconds per update
for each batch size. usage: jax_mlp.py DIR_WITH_MNIST_IDX [threads]   (threads: as many processors as this process may use)"""
import os, sys, time

directory, threads = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
# XLA sizes its pool by the processors that it finds when it is loaded; it has no call for this.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import jax
import jax.numpy as jnp
import numpy as np

pixels = np.fromfile(f"{directory}/train-images-idx3-ubyte", np.uint8)[16:].reshape(60000, 784)
X = jnp.asarray(pixels.astype(np.float32) / 255)
Y = jnp.asarray(np.fromfile(f"{directory}/train-labels-idx1-ubyte", np.uint8)[8:].astype(np.int32))


def initial_parameters(key):
    first, second = jax.random.split(key)
    return {
        "w1": jax.random.normal(first, (784, 128)) * (2 / 784) ** 0.5, "b1": jnp.zeros(128),
        "w2": jax.random.normal(second, (128, 10)) * (1 / 128) ** 0.5, "b2": jnp.zeros(10),
    }


def loss(p, x, y):
    logits = jax.nn.relu(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1).mean()


@jax.jit
def epoch(parameters, momentum, X, Y, batches):
    def update(state, batch):
        p, m = state
        value, gradient = jax.value_and_grad(loss)(p, X[batch], Y[batch])
        m = jax.tree.map(lambda m, g: 0.9 * m + g, m, gradient)
        return (jax.tree.map(lambda p, m: p - 0.01 * m, p, m), m), value

    return jax.lax.scan(update, (parameters, momentum), batches)


for B in [1, 10, 32, 100, 1000, 10000, 60000]:
    parameters = initial_parameters(jax.random.key(0))
    momentum = jax.tree.map(jnp.zeros_like, parameters)
    n = 2000 if B == 1 else max(3, min(600, 60000 // B))
    order = np.random.default_rng(0).permutation(60000)
    batches = jnp.asarray(np.resize(order, n * B).reshape(n, B).astype(np.int32))
    (parameters, momentum), losses = jax.block_until_ready(epoch(parameters, momentum, X, Y, batches))
    t = time.perf_counter()
    jax.block_until_ready(epoch(parameters, momentum, X, Y, batches))
    ms = (time.perf_counter() - t) / n * 1e3
    print(f"jax B={B} ms_per_update={ms:.4f} epoch_s={ms * -(-60000 // B) / 1e3:.3f}", flush=True)
