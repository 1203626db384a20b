"""Widens a checkpoint without changing what it computes; `train.py` goes on from it.

    python3 grow.py CHECKPOINT configs/wide.json RUN/checkpoint.pt --texts DATA/validation.bin

The residual stream gets channels that nothing writes to yet and that random columns read, the feed-forward layers get
neurons that random rows feed and nothing reads yet (Net2Net's idea, Chen et al. 2016, with zeros in place of copies).
RMSNorm divides by the root of the mean square over more channels, so its gains shrink by the root of the ratio. Layers,
heads and vocabulary stay as they are.
"""

import argparse
import json
from pathlib import Path

import numpy
import torch

from model import Model, Shape
from optimizer import Optimizer

NORMS = ("attention_norm", "ffn_norm", "final_norm")
READS_STREAM = ("qkv", "gate_up")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("config", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    options = parser.parse_args()
    stored = torch.load(options.source, map_location="cpu")
    config = json.loads(options.config.read_text())
    torch.manual_seed(config["seed"])
    narrow, wide = Shape(**stored["config"]["shape"]), Shape(**config["shape"])
    model = Model(wide)
    model.load_state_dict({name: grown(name, tensor, narrow, wide) for name, tensor in stored["model"].items()})
    optimizer = Optimizer(model, config["muon"], config["adam_rate"], config["weight_decay"])
    state = stored["optimizer"]
    for moments in (state["first"], state["second"]):
        for name, tensor in moments.items():
            moments[name] = padded(tensor, name, narrow, wide, torch.zeros(dict(model.named_parameters())[name].shape))
    optimizer.load(state)
    check(stored, narrow, model, wide, options.texts)
    options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"config": config, "model": model.state_dict(), "optimizer": optimizer.state()}, options.checkpoint)


def grown(name, tensor, narrow, wide):
    kind = name.rsplit(".", 1)[-1]
    if kind in NORMS:
        scaled = tensor * (narrow.hidden / wide.hidden) ** 0.5
        return padded(scaled, name, narrow, wide, torch.full((wide.hidden,), scaled.mean().item()))
    if kind in READS_STREAM:
        rows = 2 * wide.intermediate if kind == "gate_up" else len(tensor)
        return padded(tensor, name, narrow, wide, torch.randn(rows, wide.hidden) * tensor.std())
    shape = {
        "embedding": (len(tensor), wide.hidden),
        "out": (wide.hidden, tensor.shape[-1]),
        "down": (wide.hidden, wide.intermediate),
    }.get(kind, tensor.shape)
    return padded(tensor, name, narrow, wide, torch.zeros(shape))


def padded(tensor, name, narrow, wide, around):
    """`tensor` in the first rows and columns of `around`; gate and up, which are fused, each in its own half."""
    if name.endswith("gate_up"):
        for own, part in zip(around.split(wide.intermediate), tensor.split(narrow.intermediate)):
            own[: len(part), : part.shape[1]] = part
    elif tensor.ndim == 1:
        around[: len(tensor)] = tensor
    else:
        around[: len(tensor), : tensor.shape[1]] = tensor
    return around


@torch.no_grad()
def check(stored, narrow, model, wide, texts):
    before = Model(narrow)
    before.load_state_dict(stored["model"])
    windows = numpy.memmap(texts, dtype=numpy.uint16, mode="r").reshape(-1, wide.context + 1)[:16]
    tokens = torch.from_numpy(windows.astype(numpy.int64))
    losses = [each.loss(tokens[:, :-1], tokens[:, 1:]).item() for each in (before, model)]
    print("nats a token before and after:", *losses)
    assert abs(losses[0] - losses[1]) < 0.01, "growing changed what the network computes"


if __name__ == "__main__":
    main()
