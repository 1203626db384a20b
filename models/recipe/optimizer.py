"""Muon for the matrices (Jordan et al. 2024: momentum whose singular values are all made one; step sizes as in Liu et al.
2025) and AdamW for the embedding and the norms, at `adam_rate` times the rate. `muon=False` gives AdamW for all."""

import torch


def orthogonalized(momentum, steps=5):
    """Newton-Schulz iteration towards U V^T, on a stack of matrices of one shape [n, rows, columns]."""
    x = momentum.bfloat16()
    wide = x.shape[-2] <= x.shape[-1]
    x = x if wide else x.transpose(-1, -2)
    x = x / (x.float().norm(dim=(-2, -1), keepdim=True) + 1e-7).to(x.dtype)
    a, b, c = 3.4445, -4.7750, 2.0315
    for _ in range(steps):
        gram = x @ x.transpose(-1, -2)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return (x if wide else x.transpose(-1, -2)).float()


class Optimizer:
    def __init__(self, model, muon=True, adam_rate=1.0, weight_decay=0.1, momentum=0.95, betas=(0.9, 0.95)):
        self.adam_rate, self.weight_decay, self.momentum, self.betas = adam_rate, weight_decay, momentum, betas
        self.named = dict(model.named_parameters())
        shape = model.shape
        self.splits = {
            "qkv": [shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim, shape.kv_heads * shape.head_dim],
            "gate_up": [shape.intermediate, shape.intermediate],
        }
        self.is_muon = {name: muon and p.ndim == 2 and name != "embedding" for name, p in self.named.items()}
        self.step_count = 0
        self.first = {name: torch.zeros_like(p) for name, p in self.named.items()}
        self.second = {name: torch.zeros_like(p) for name, p in self.named.items() if not self.is_muon[name]}

    @torch.no_grad()
    def step(self, rate):
        self.step_count += 1
        self.adam_steps(rate * self.adam_rate)
        self.muon_steps(rate)

    def adam_steps(self, rate):
        (beta1, beta2), t = self.betas, self.step_count
        for name, second in self.second.items():
            parameter, first = self.named[name], self.first[name]
            first.lerp_(parameter.grad, 1 - beta1)
            second.mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
            divisor = (second / (1 - beta2**t)).sqrt_().add_(1e-8)
            if parameter.ndim == 2:
                parameter.mul_(1 - rate * self.weight_decay)
            parameter.addcdiv_(first, divisor, value=-rate / (1 - beta1**t))

    def muon_steps(self, rate):
        """Matrices of one shape are orthogonalized together; fused projections as the matrices they are made of."""
        by_shape = {}
        for name in (name for name, is_muon in self.is_muon.items() if is_muon):
            parameter, first = self.named[name], self.first[name]
            first.mul_(self.momentum).add_(parameter.grad)
            update = parameter.grad.add(first, alpha=self.momentum)
            rows = self.splits.get(name.rsplit(".", 1)[-1], [parameter.shape[0]])
            for part, change in zip(parameter.split(rows), update.split(rows)):
                by_shape.setdefault(part.shape, []).append((part, change))
        for (rows, columns), parts in by_shape.items():
            changes = orthogonalized(torch.stack([change for _, change in parts]))
            for (part, _), change in zip(parts, changes):
                part.mul_(1 - rate * self.weight_decay)
                part.add_(change, alpha=-rate * 0.2 * max(rows, columns) ** 0.5)

    def state(self):
        return {"step": self.step_count, "first": self.first, "second": self.second}

    def load(self, state):
        self.step_count = state["step"]
        for own, stored in ((self.first, state["first"]), (self.second, state["second"])):
            for name, tensor in own.items():
                tensor.copy_(stored[name])
