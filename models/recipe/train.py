"""Pretrains a model on the windows that prepare.ts made. One process on a CPU, or `torchrun --nproc_per_node N` on GPUs.

    python3 train.py configs/small.json --data DIR --run DIR [--minutes M] [--until-step N] [--threads T]
    python3 train.py configs/small.json --data DIR --run NEW --branch CHECKPOINT --decay-steps N

The rate warms up and then stays (warmup-stable-decay, Hu et al. 2024): a run goes on from its last checkpoint however
often it is stopped, and a short branch that lets the rate fall to zero gives weights to use. The order of the data
depends on the seed and the step alone, so a resumed run continues exactly. Losses go to RUN/log.jsonl.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.distributed as distributed

from model import Model, Shape
from optimizer import Optimizer


def main():
    options = parse_options()
    config = json.loads(Path(options.config).read_text())
    config.update(json.loads(options.set))
    world, rank, device = start_processes(options.threads)
    torch.manual_seed(config["seed"])
    model = Model(Shape(**config["shape"])).to(device)
    optimizer = Optimizer(model, config["muon"], config["adam_rate"], config["weight_decay"])
    options.run.mkdir(parents=True, exist_ok=True)
    checkpoint = options.run / "checkpoint.pt"
    source = checkpoint if checkpoint.exists() else options.branch
    if source:
        restore(source, model, optimizer)
    branch_start = torch.load(options.branch)["optimizer"]["step"] if options.branch else None
    last_step = branch_start + options.decay_steps if options.branch else options.until_step
    train = Windows(options.data / "train.bin", config, world, rank)
    validation = Windows(options.data / "validation.bin", {**config, "seed": 0}, 1, 0)
    log = Log(options.run / "log.jsonl") if rank == 0 else None
    stop = Stop(options.minutes, world, device)

    tokens_a_step = config["windows_a_step"] * config["shape"]["context"]
    losses, since = [], time.time()
    while optimizer.step_count < last_step and not stop.asked():
        rate = rate_at(optimizer.step_count, config, branch_start, options.decay_steps)
        loss = training_step(model, optimizer, train, config, rate, world, device)
        losses.append(loss)
        step = optimizer.step_count
        if log and step % config["log_every"] == 0:
            speed = len(losses) * tokens_a_step / (time.time() - since)
            log.add(step=step, tokens=step * tokens_a_step, loss=sum(losses) / len(losses), rate=rate, speed=speed)
            losses, since = [], time.time()
        if step % config["save_every"] == 0 or step == last_step:
            if log:
                log.add(step=step, tokens=step * tokens_a_step, validation=validate(model, validation, config, device))
                save(checkpoint, model, optimizer, config)
            since = time.time()
    if log and optimizer.step_count % config["save_every"] != 0 and optimizer.step_count != last_step:
        save(checkpoint, model, optimizer, config)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop with a checkpoint after so long")
    parser.add_argument("--until-step", type=int, default=10**9)
    parser.add_argument("--branch", type=Path, help="start from this checkpoint and let the rate fall to zero")
    parser.add_argument("--decay-steps", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--set", default="{}", help="JSON that replaces fields of the config")
    return parser.parse_args()


def start_processes(threads):
    """World size, rank and device; joins the others when torchrun started this process."""
    if threads:
        torch.set_num_threads(threads)
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    has_gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if has_gpu else torch.device("cpu")
    if world > 1:
        distributed.init_process_group("nccl" if has_gpu else "gloo")
    if not has_gpu and sys.platform == "linux":
        keep_freed_memory()
    return world, rank, device


def keep_freed_memory():
    """Freed blocks stay with the process: to have each large tensor's pages mapped anew costs a tenth of a step."""
    libc = ctypes.CDLL(None)
    trim_threshold, mmap_max, arena_max = -1, -4, -8
    for option, value in ((mmap_max, 0), (trim_threshold, 2**31 - 1), (arena_max, 1)):
        libc.mallopt(option, value)


class Windows:
    """Windows of token ids in an order that depends on the seed alone; each process takes its share of a batch."""

    def __init__(self, path, config, world, rank):
        self.length = config["shape"]["context"] + 1
        self.data = numpy.memmap(path, dtype=numpy.uint16, mode="r").reshape(-1, self.length)
        self.seed, self.world, self.rank = config["seed"], world, rank
        self.orders = {}

    def batch(self, start, size, device):
        """Inputs and targets of `size` windows from position `start` on; passes over the data follow each other."""
        positions = range(start + self.rank * size // self.world, start + (self.rank + 1) * size // self.world)
        rows = [self.order(at // len(self.data))[at % len(self.data)] for at in positions]
        tokens = torch.from_numpy(self.data[rows].astype(numpy.int64)).to(device)
        return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()

    def order(self, epoch):
        if epoch not in self.orders:
            self.orders = {epoch: numpy.random.default_rng([self.seed, epoch]).permutation(len(self.data))}
        return self.orders[epoch]


def rate_at(step, config, branch_start, decay_steps):
    stable = config["rate"] * min(1.0, (step + 1) / config["warmup_steps"])
    if branch_start is None:
        return stable
    return stable * max(0.0, 1 - (step - branch_start) / decay_steps)


def training_step(model, optimizer, train, config, rate, world, device):
    """One step on the batch that belongs to it; returns the mean loss in nats."""
    size, micro = config["windows_a_step"], config["windows_at_once"]
    inputs, targets = train.batch(optimizer.step_count * size, size, device)
    for parameter in model.parameters():
        parameter.grad = None
    total = torch.zeros((), device=device)
    parts = list(zip(inputs.split(micro), targets.split(micro)))
    for part, answers in parts:
        loss = model.loss(part, answers) * (len(part) / len(inputs))
        loss.backward()
        total += loss.detach()
    if world > 1:
        for tensor in [total, *(parameter.grad for parameter in model.parameters())]:
            distributed.all_reduce(tensor)
            tensor /= world
    torch.nn.utils.clip_grad_norm_(model.parameters(), config["clip"])
    optimizer.step(rate)
    return total.item()


@torch.no_grad()
def validate(model, validation, config, device):
    """Mean loss in nats a token over a fixed sample of the held-out repositories."""
    size, micro = config["validation_windows"], config["windows_at_once"]
    inputs, targets = validation.batch(0, size, device)
    losses = [model.loss(x, y).item() * len(x) for x, y in zip(inputs.split(micro), targets.split(micro))]
    return sum(losses) / size


def save(path, model, optimizer, config):
    unfinished = path.with_suffix(".unfinished")
    torch.save({"config": config, "model": model.state_dict(), "optimizer": optimizer.state()}, unfinished)
    unfinished.replace(path)


def restore(path, model, optimizer):
    stored = torch.load(path, map_location=next(model.parameters()).device)
    model.load_state_dict(stored["model"])
    optimizer.load(stored["optimizer"])


class Log:
    def __init__(self, path):
        self.path = path

    def add(self, **entry):
        line = json.dumps({key: round(value, 5) if isinstance(value, float) else value for key, value in entry.items()})
        with self.path.open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)


class Stop:
    """Asked for by time or by a signal, of any process; the step under way is finished and saved."""

    def __init__(self, minutes, world, device):
        self.end, self.world, self.device = time.time() + minutes * 60, world, device
        self.signalled = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)

    def on_signal(self, *_):
        self.signalled = True

    def asked(self):
        own = self.signalled or time.time() >= self.end
        if self.world == 1:
            return own
        anyone = torch.tensor(float(own), device=self.device)
        distributed.all_reduce(anyone)
        return anyone.item() > 0


if __name__ == "__main__":
    main()
