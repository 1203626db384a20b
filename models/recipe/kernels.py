"""The fused CPU kernels of kernels.cpp as autograd functions, compiled at first use. `available` is False where there is
no compiler or no AVX-512 with bfloat16; model.py then uses plain PyTorch, which computes the same."""

import ctypes
import hashlib
import os
import subprocess
from pathlib import Path

import torch

SOURCE = Path(__file__).with_name("kernels.cpp")


def build():
    """Compiles kernels.cpp into the user's cache; None where that is not possible or TINYMEMORY_KERNELS=0."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
        if os.environ.get("TINYMEMORY_KERNELS") == "0" or "avx512_bf16" not in flags:
            return None
        key = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
        cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tinymemory" / "kernels"
        library = cache / f"{key}.so"
        if not library.exists():
            cache.mkdir(parents=True, exist_ok=True)
            unfinished = cache / f"{key}.{os.getpid()}"
            subprocess.run(
                ["g++", "-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-o", unfinished, SOURCE], check=True
            )
            unfinished.rename(library)
        return ctypes.CDLL(str(library))
    except (OSError, subprocess.CalledProcessError):
        return None


library = build()
available = library is not None


def call(name, *arguments):
    """Calls a kernel with contiguous tensors (or None), integers and floats."""
    converted = []
    for argument in arguments:
        if argument is None:
            converted.append(ctypes.c_void_p(None))
        elif isinstance(argument, torch.Tensor):
            assert argument.is_contiguous(), name
            converted.append(ctypes.c_void_p(argument.data_ptr()))
        elif isinstance(argument, float):
            converted.append(ctypes.c_float(argument))
        else:
            converted.append(ctypes.c_long(argument))
    getattr(library, name)(*converted)


class AddNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y, weight, eps):
        n, d = x.shape
        total, rstd = torch.empty_like(x), torch.empty(n)
        normed = torch.empty(n, d, dtype=torch.bfloat16)
        call("add_norm_forward", x, y, weight, total, normed, rstd, n, d, eps)
        ctx.save_for_backward(total, rstd, weight)
        ctx.has_y = y is not None
        ctx.set_materialize_grads(False)
        return total, normed

    @staticmethod
    def backward(ctx, dtotal, dnormed):
        total, rstd, weight = ctx.saved_tensors
        n, d = total.shape
        dx, dweight = torch.empty_like(total), torch.empty_like(weight)
        dy = torch.empty(n, d, dtype=torch.bfloat16) if ctx.has_y else None
        call("add_norm_backward", dnormed, dtotal, total, rstd, weight, dx, dy, dweight, n, d)
        return dx, dy, dweight, None


class SwiGlu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, both):
        n, f = both.shape[0], both.shape[1] // 2
        out = torch.empty(n, f, dtype=torch.bfloat16)
        call("swiglu_forward", both, out, n, f)
        ctx.save_for_backward(both)
        return out

    @staticmethod
    def backward(ctx, dout):
        (both,) = ctx.saved_tensors
        dboth = torch.empty_like(both)
        call("swiglu_backward", dout.contiguous(), both, dboth, both.shape[0], both.shape[1] // 2)
        return dboth


class Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, qkv, q_weight, k_weight, cos, sin, shape, eps):
        batch, length, heads, kv_heads = shape
        out = torch.empty(batch * length, heads * 64, dtype=torch.bfloat16)
        lse = torch.empty(batch, heads, length)
        call("attention_forward", qkv, q_weight, k_weight, cos, sin, out, lse, *shape, eps)
        ctx.save_for_backward(qkv, q_weight, k_weight, cos, sin, out, lse)
        ctx.shape, ctx.eps = shape, eps
        return out

    @staticmethod
    def backward(ctx, dout):
        qkv, q_weight, k_weight, cos, sin, out, lse = ctx.saved_tensors
        dqkv, dq, dk = torch.empty_like(qkv), torch.empty_like(q_weight), torch.empty_like(k_weight)
        call("attention_backward", dout.contiguous(), qkv, out, lse, q_weight, k_weight, cos, sin, dqkv, dq, dk,
             *ctx.shape, ctx.eps)
        return dqkv, dq, dk, None, None, None, None


class LinearCrossEntropy(torch.autograd.Function):
    """Mean loss in nats of targets under softmax(x weight^T), in chunks, so that the logits are never held at once."""

    @staticmethod
    def forward(ctx, x, weight, targets, needs_gradient):
        n, chunk = x.shape[0], 1024
        losses = torch.empty(n)
        dx = torch.empty_like(x)
        dweight = torch.zeros(weight.shape)
        for start in range(0, n, chunk):
            rows = slice(start, min(n, start + chunk))
            logits = torch.mm(x[rows], weight.t())
            call("cross_entropy", logits, targets[rows], losses[rows], 1.0 / n, logits.shape[0], logits.shape[1])
            if needs_gradient:
                torch.mm(logits, weight, out=dx[rows])
                dweight += torch.mm(logits.t(), x[rows])
        ctx.save_for_backward(dx, dweight)
        return losses.mean()

    @staticmethod
    def backward(ctx, dloss):
        dx, dweight = ctx.saved_tensors
        return dx * dloss.to(dx.dtype), (dweight * dloss).to(dx.dtype), None, None
