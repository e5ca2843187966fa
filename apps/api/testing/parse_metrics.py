"""Parses metrics in Prometheus' text format with its own client, strictly, and prints the families as JSON."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(sys.argv[1]))
print(json.dumps([{"name": f.name, "type": f.type, "help": f.documentation, "samples": len(f.samples)} for f in families]))
