# Makes training.json: what ten steps of training do to the models of architectures.json, by PyTorch's own
# differentiation, clipping and AdamW, on the plain forward pass of architectures.py; and with Muon for the hidden
# matrices, as its authors wrote it down. See README.md beside it.

import base64
import json
import pathlib

import torch

from architectures import forward, read_safetensors

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "training.json"
ROWS, TOKENS, STEPS = 2, 9, 10
# Of the flattened tensors every eighth element is kept, so that the file stays small, and the norm of all.
STRIDE = 8
# An epsilon larger than usual: where a gradient is zero but for rounding (biases of keys that hardly rotate), AdamW would
# blow up the rounding to full steps, and no two implementations would agree.
HYPERPARAMETERS = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-5, "weightDecay": 0.1, "clipNorm": 12.0}
MUON = {"momentum": 0.95, "adamRate": 0.3}
LEARNING_RATES = [0.001 * min(1, (step + 1) / 4) for step in range(STEPS)]


def mean_loss(config, weights, tokens, targets, mask):
    """Mean cross-entropy over the targets that the mask counts."""
    losses = []
    for row in range(ROWS):
        logits = forward(config, weights, tokens[row].tolist())
        losses.append(torch.nn.functional.cross_entropy(logits, targets[row], reduction="none"))
    return (torch.stack(losses) * mask).sum() / mask.sum()


def samples_base64(tensor):
    kept = tensor.detach().flatten()[::STRIDE].contiguous()
    return base64.b64encode(kept.numpy().astype("<f4").tobytes()).decode()


def summary(tensors):
    return {
        name: {"norm": tensor.norm().item(), "samplesF32Base64": samples_base64(tensor)}
        for name, tensor in tensors.items()
    }


def is_hidden(name):
    return name.endswith("_proj.weight")


def orthogonalized(matrix):
    """Newton and Schulz's iteration of Jordan et al. 2024, in float32."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


class Muon:
    def __init__(self, parameters):
        self.momenta = [(parameter, torch.zeros_like(parameter)) for parameter in parameters]

    @torch.no_grad()
    def step(self, rate):
        for parameter, momentum in self.momenta:
            momentum.mul_(MUON["momentum"]).add_(parameter.grad)
            change = orthogonalized(parameter.grad + MUON["momentum"] * momentum)
            parameter.mul_(1 - rate * HYPERPARAMETERS["weightDecay"])
            parameter.sub_(rate * 0.2 * max(parameter.shape) ** 0.5 * change)


def train(config, start, batch, with_muon):
    """Ten steps, from copies of the weights."""
    weights = {name: tensor.clone().requires_grad_() for name, tensor in start.items()}
    decays = lambda name: is_hidden(name) or name == "lm_head.weight"
    by_muon = {name for name in weights if with_muon and is_hidden(name)}
    by_adam = [(name, tensor) for name, tensor in weights.items() if name not in by_muon]
    muon = Muon([weights[name] for name in by_muon])
    optimizer = torch.optim.AdamW(
        [
            {"params": [t for n, t in by_adam if decays(n)], "weight_decay": HYPERPARAMETERS["weightDecay"]},
            {"params": [t for n, t in by_adam if not decays(n)], "weight_decay": 0.0},
        ],
        betas=(HYPERPARAMETERS["beta1"], HYPERPARAMETERS["beta2"]),
        eps=HYPERPARAMETERS["epsilon"],
    )
    losses, norms, gradients = [], [], {}
    for step, rate in enumerate(LEARNING_RATES):
        for tensor in weights.values():
            tensor.grad = None
        loss = mean_loss(config, weights, *batch)
        loss.backward()
        if step == 0:
            gradients = {name: tensor.grad.clone() for name, tensor in weights.items()}
        norm = torch.nn.utils.clip_grad_norm_(list(weights.values()), HYPERPARAMETERS["clipNorm"])
        losses.append(loss.item())
        norms.append(norm.item())
        for group in optimizer.param_groups:
            group["lr"] = rate * (MUON["adamRate"] if with_muon else 1)
        optimizer.step()
        muon.step(rate)
    changes = {name: tensor.detach() - start[name] for name, tensor in weights.items()}
    return {"losses": losses, "gradientNorms": norms, "changes": summary(changes)}, summary(gradients)


def make_case(number, case):
    generator = torch.Generator().manual_seed(number)
    config = case["config"]
    weights = read_safetensors(base64.b64decode(case["safetensorsBase64"]))
    draw = lambda: torch.randint(0, config["vocab_size"], (ROWS, TOKENS), generator=generator)
    tokens, targets = draw(), draw()
    mask = (torch.rand(ROWS, TOKENS, generator=generator) < 0.75).float()
    batch = tokens, targets, mask
    adamw, gradients = train(config, weights, batch, with_muon=False)
    muon, _ = train(config, weights, batch, with_muon=True)
    for name, steps in (("adamw", adamw), ("muon", muon)):
        print(case["name"], name, steps["losses"][0], steps["losses"][-1], steps["gradientNorms"][-1])
    return {
        "name": case["name"],
        "tokens": tokens.tolist(),
        "targets": targets.tolist(),
        "mask": mask.tolist(),
        "gradients": gradients,
        "adamw": adamw,
        "muon": muon,
    }


def make():
    what = (
        "Training of the models of architectures.json: loss and gradient norm of each step, the gradients of the first, "
        "and how the weights changed over all. Made by training.py."
    )
    head = {"what": what, "stride": STRIDE, "hyperparameters": HYPERPARAMETERS, "muon": MUON, "learningRates": LEARNING_RATES}
    cases = json.loads((HERE / "architectures.json").read_text())["cases"]
    lines = ",\n".join(json.dumps(make_case(number, case)) for number, case in enumerate(cases))
    return json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"


if __name__ == "__main__":
    OUTPUT.write_text(make())
