"""Makes a client from Basin's description, then submits, waits and reads the leaderboard with it; prints what it saw as JSON."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

base_url, folder = sys.argv[1], Path(sys.argv[2])
scripts = Path(sys.executable).parent  # the generator formats with ruff, which lies there
made = subprocess.run(
    [scripts / "python3", "-m", "openapi_python_client", "generate", "--url", f"{base_url}/openapi.json"]
    + ["--meta", "none", "--output-path", folder / "basin_client"],
    env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
    capture_output=True,
    text=True,
)
if made.returncode != 0:
    sys.exit(made.stdout + made.stderr)

sys.path.insert(0, str(folder))
from basin_client import Client  # noqa: E402
from basin_client.api.sweeps import create_sweep, get_leaderboard, get_sweep  # noqa: E402
from basin_client.models import DatasetSpec, Grid, GridBatchSizeType0ItemType1, ModelSpecType1, Sweep, SweepSpec  # noqa: E402

client = Client(base_url=base_url)  # AuthenticatedClient where the server asks for a token
spec = SweepSpec(
    name="from Python",
    dataset=DatasetSpec(name="mnist"),
    model=ModelSpecType1(preset="mlp"),
    grid=Grid(batch_size=[100, GridBatchSizeType0ItemType1.FULL], eta=[0.01, 0.1]),
    seeds=[0, 1],
    epochs=2,
)
sweep = create_sweep.sync(client=client, body=spec, idempotency_key="python")
if not isinstance(sweep, Sweep):
    sys.exit(f"the submit was refused: {sweep}")
again = create_sweep.sync(client=client, body=spec, idempotency_key="python")

deadline = time.monotonic() + 60
while get_sweep.sync(sweep.id, client=client).state.value not in ("completed", "failed", "cancelled"):
    if time.monotonic() > deadline:
        sys.exit("the sweep did not end in time")
    time.sleep(0.2)

board = get_leaderboard.sync(sweep.id, client=client)
best = board.items[0]
refused = get_sweep.sync("swp_01kg9z8m4r0000000000000000", client=client)
print(
    json.dumps(
        {
            "warnings": [line for line in made.stdout.splitlines() if not line.startswith("Generating")],
            "sameSweep": sweep.id == again.id,
            "trials": sweep.counts.total,
            "rows": len(board.items),
            "best": {"eta": best.configuration.eta, "seeds": best.seeds.succeeded, "mean": round(best.val_accuracy.mean, 6)},
            "refused": refused.code.value,
        }
    )
)
