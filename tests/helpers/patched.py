"""A figure as the browser has it. `applied` does here what `apply` in browser/message.js does."""

import base64
import json

import numpy as np

from pages._chart.patch import encoded


def decoded(value):
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "f4" not in value:
        return {key: decoded(item) for key, item in value.items()}
    return np.frombuffer(base64.b64decode(value["f4"]), "<f4").reshape(value["shape"])


def applied(figure, change):
    """A message as it travels, on a decoded figure."""
    change = json.loads(json.dumps(change, allow_nan=False))
    data, layout = [dict(trace) for trace in figure["data"]], dict(figure["layout"])
    for i, changes in change["traces"].items():
        for name, value in changes.items():
            if isinstance(value, dict) and "from" in value:
                assert len(data[int(i)][name]) >= value["from"]
                tail = decoded(value["tail"])
                data[int(i)][name] = np.concatenate([data[int(i)][name][:value["from"]], tail])
            else:
                data[int(i)][name] = decoded(value)
    for name, value in change["layout"].items():
        if value is None:
            layout.pop(name, None)
        else:
            layout[name] = decoded(value)
    return {"data": data, "layout": layout}


def sent(spec):
    """The whole figure as the browser has it."""
    return decoded(json.loads(json.dumps(encoded(spec), allow_nan=False)))
