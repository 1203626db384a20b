"""Averages a checkpoint's weights with those of earlier falls of the rate, as far as that helps on held-out text.

    python3 average.py NEWEST EARLIER... --data DATA --out CHECKPOINT

One after the other, each earlier checkpoint gets the share of the weights at which validation loss is lowest (a greedy
soup, Wortsman et al. 2022): one number a checkpoint, found on the sample that train.py validates on.
"""

import argparse
from pathlib import Path

import torch

from model import Model, Shape
from train import Windows, validate

SHARES = [step / 20 for step in range(1, 11)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    newest, *earlier = (torch.load(path, map_location="cpu") for path in options.checkpoints)
    config, weights = newest["config"], newest["model"]
    model = Model(Shape(**config["shape"]))
    windows = Windows(options.data / "validation.bin", {**config, "seed": 0}, 1, 0)

    def loss_of(candidate):
        model.load_state_dict(candidate)
        return validate(model, windows, config, "cpu")

    lowest = loss_of(weights)
    print(f"{options.checkpoints[0]}: {lowest:.4f} nats a token")
    for path, other in zip(options.checkpoints[1:], earlier):
        start = weights
        for share in SHARES:
            candidate = {name: start[name].lerp(other["model"][name], share) for name in start}
            loss = loss_of(candidate)
            print(f"with {share:.0%} of {path}: {loss:.4f}")
            if loss >= lowest:
                break
            lowest, weights = loss, candidate
    torch.save({"config": config, "model": weights}, options.out)


if __name__ == "__main__":
    main()
