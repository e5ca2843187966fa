"""Prints what MLflow finds in a folder of runs: experiments, and of every run its status, parameters, metrics and tags, as JSON."""

import json
import math
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

from mlflow.tracking import MlflowClient  # noqa: E402

client = MlflowClient(tracking_uri="file://" + os.path.abspath(sys.argv[1]))
known = lambda value: "nan" if math.isnan(value) else value
experiments = {}
for experiment in client.search_experiments():
    runs = {}
    for run in client.search_runs([experiment.experiment_id], max_results=1000):
        info = run.info
        metrics = {
            name: [[m.step, m.timestamp, known(m.value)] for m in client.get_metric_history(info.run_id, name)]
            for name in run.data.metrics
        }
        runs[info.run_name] = {
            "status": info.status,
            "started": info.start_time,
            "ended": info.end_time,
            "params": run.data.params,
            "tags": run.data.tags,
            "metrics": metrics,
        }
    experiments[experiment.name] = runs

print(json.dumps(experiments))
