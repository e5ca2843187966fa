"""Prints what TensorBoard finds in a folder: the scalars of every run by tag, and the hyperparameters, as JSON."""

import json
import sys

from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.data.provider import RunTagFilter
from tensorboard.plugins.hparams import metadata

multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"scalars": 0})
multiplexer.AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
provider = data_provider.MultiplexerDataProvider(multiplexer, sys.argv[1])
ctx = context.RequestContext()
known = lambda value: value if value == value else "nan"

runs = {}
for run, tags in provider.list_scalars(ctx, experiment_id="", plugin_name="scalars").items():
    found = provider.read_scalars(
        ctx, experiment_id="", plugin_name="scalars", downsample=1_000_000, run_tag_filter=RunTagFilter([run], list(tags))
    )
    scalars = {tag: [[p.step, p.wall_time, known(p.value)] for p in points] for tag, points in found[run].items()}
    runs[run] = {"scalars": scalars}

content = multiplexer.PluginRunToTagToContent(metadata.PLUGIN_NAME)
for run, tags in content.items():
    start = metadata.parse_session_start_info_plugin_data(tags[metadata.SESSION_START_INFO_TAG])
    end = metadata.parse_session_end_info_plugin_data(tags[metadata.SESSION_END_INFO_TAG])
    hparams = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}
    runs.setdefault(run, {"scalars": {}})
    runs[run] |= {"hparams": hparams, "group": start.group_name, "started": start.start_time_secs, "status": end.status}

print(json.dumps(runs))
