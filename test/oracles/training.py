# Makes training.json: what ten steps of training do to the models of architectures.json, by PyTorch's own
# differentiation, clipping and AdamW, on the plain forward pass of architectures.py. See README.md beside it.

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


def make_case(number, case):
    generator = torch.Generator().manual_seed(number)
    config = case["config"]
    weights = read_safetensors(base64.b64decode(case["safetensorsBase64"]))
    start = {name: tensor.clone() for name, tensor in weights.items()}
    for tensor in weights.values():
        tensor.requires_grad_()
    draw = lambda: torch.randint(0, config["vocab_size"], (ROWS, TOKENS), generator=generator)
    tokens, targets = draw(), draw()
    mask = (torch.rand(ROWS, TOKENS, generator=generator) < 0.75).float()

    decays = lambda name: name.endswith("_proj.weight") or name == "lm_head.weight"
    optimizer = torch.optim.AdamW(
        [
            {"params": [t for n, t in weights.items() if decays(n)], "weight_decay": HYPERPARAMETERS["weightDecay"]},
            {"params": [t for n, t in weights.items() if not decays(n)], "weight_decay": 0.0},
        ],
        betas=(HYPERPARAMETERS["beta1"], HYPERPARAMETERS["beta2"]),
        eps=HYPERPARAMETERS["epsilon"],
    )
    losses, norms, gradients = [], [], {}
    for step, rate in enumerate(LEARNING_RATES):
        optimizer.zero_grad()
        loss = mean_loss(config, weights, tokens, targets, mask)
        loss.backward()
        if step == 0:
            gradients = {name: tensor.grad.clone() for name, tensor in weights.items()}
        norm = torch.nn.utils.clip_grad_norm_(list(weights.values()), HYPERPARAMETERS["clipNorm"])
        losses.append(loss.item())
        norms.append(norm.item())
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
    print(case["name"], "losses", losses[0], losses[-1], "norms", norms[0], norms[-1])
    return {
        "name": case["name"],
        "tokens": tokens.tolist(),
        "targets": targets.tolist(),
        "mask": mask.tolist(),
        "losses": losses,
        "gradientNorms": norms,
        "gradients": summary(gradients),
        "changes": summary({name: tensor.detach() - start[name] for name, tensor in weights.items()}),
    }


def make():
    what = (
        "Training of the models of architectures.json: loss and gradient norm of each step, the gradients of the first, "
        "and how the weights changed over all. Made by training.py."
    )
    head = {"what": what, "stride": STRIDE, "hyperparameters": HYPERPARAMETERS, "learningRates": LEARNING_RATES}
    cases = json.loads((HERE / "architectures.json").read_text())["cases"]
    lines = ",\n".join(json.dumps(make_case(number, case)) for number, case in enumerate(cases))
    return json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"


if __name__ == "__main__":
    OUTPUT.write_text(make())
