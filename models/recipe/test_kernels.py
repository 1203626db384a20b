"""The fused kernels against plain PyTorch: losses and all gradients of a small model. `python3 test_kernels.py`"""

import torch

import kernels
from model import Model, Shape


def gradients(model, tokens, targets):
    model.zero_grad()
    loss = model.loss(tokens, targets)
    loss.backward()
    return loss.item(), {name: parameter.grad.clone() for name, parameter in model.named_parameters()}


def main():
    assert kernels.available, "no compiler, or no AVX-512 with bfloat16: there is nothing to compare"
    torch.manual_seed(0)
    for kv_heads in (1, 2):
        model = Model(Shape(vocabulary=512, layers=2, kv_heads=kv_heads, context=256, intermediate=128))
        for parameter in model.parameters():
            parameter.data += 0.05 * torch.randn_like(parameter)
        tokens = torch.randint(0, 512, (3, 257))
        fused_loss, fused = gradients(model, tokens[:, :-1], tokens[:, 1:])
        kernels.available = False
        plain_loss, plain = gradients(model, tokens[:, :-1], tokens[:, 1:])
        kernels.available = True
        assert abs(fused_loss - plain_loss) < 2e-2, (fused_loss, plain_loss)
        for name, gradient in plain.items():
            error = (fused[name] - gradient).norm() / gradient.norm()
            print(f"{kv_heads} {name:28} {error:.4f}")
            assert error < 0.03, name
    print("fused and plain agree")


if __name__ == "__main__":
    main()
