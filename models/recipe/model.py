"""Qwen3, shrunk: QK-norm, grouped-query attention, SwiGLU, RMSNorm, rotary embedding, tied embeddings. Weights are f32,
products bfloat16. Runs on a CPU (with the fused kernels of kernels.py where they are available) and on GPUs."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

import kernels


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 8192
    hidden: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 1
    head_dim: int = 64
    intermediate: int = 704
    context: int = 1024
    rope_theta: float = 10000.0
    eps: float = 1e-6


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        d, width = shape.hidden, shape.head_dim
        self.attention_norm = nn.Parameter(torch.ones(d))
        self.qkv = nn.Parameter(torch.randn((shape.heads + 2 * shape.kv_heads) * width, d) * d**-0.5)
        self.q_norm = nn.Parameter(torch.ones(width))
        self.k_norm = nn.Parameter(torch.ones(width))
        # Branches start silent, so that the first steps train the embeddings.
        self.out = nn.Parameter(torch.zeros(d, shape.heads * width))
        self.ffn_norm = nn.Parameter(torch.ones(d))
        self.gate_up = nn.Parameter(torch.randn(2 * shape.intermediate, d) * d**-0.5)
        self.down = nn.Parameter(torch.zeros(d, shape.intermediate))


class Model(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(shape.vocabulary, shape.hidden) * 0.02)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.final_norm = nn.Parameter(torch.ones(shape.hidden))
        half = shape.head_dim // 2
        frequencies = shape.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = torch.arange(shape.context, dtype=torch.float64)[:, None] * frequencies
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)

    def hidden(self, tokens):
        """Normed hidden states [batch * length, hidden] in bfloat16; tokens are [batch, length]."""
        shape, (batch, length) = self.shape, tokens.shape
        fused = kernels.available and tokens.device.type == "cpu" and shape.head_dim == 64 and length % 64 == 0
        norm, swiglu, attend = (fused_add_norm, kernels.SwiGlu.apply, fused_attend) if fused else (add_norm, plain_swiglu, plain_attend)
        cos, sin = self.cos[:length], self.sin[:length]
        x, y = F.embedding(tokens.reshape(-1), self.embedding), None
        for layer in self.layers:
            x, normed = norm(x, y, layer.attention_norm, shape.eps)
            qkv = linear(normed, layer.qkv)
            attended = attend(qkv, layer.q_norm, layer.k_norm, cos, sin,
                              (batch, length, shape.heads, shape.kv_heads), shape.eps)
            x, normed = norm(x, linear(attended, layer.out), layer.ffn_norm, shape.eps)
            y = linear(swiglu(linear(normed, layer.gate_up)), layer.down)
        return norm(x, y, self.final_norm, shape.eps)[1]

    def loss(self, tokens, targets):
        """Mean cross-entropy in nats; both are [batch, length]."""
        hidden, targets = self.hidden(tokens), targets.reshape(-1)
        weight = self.embedding.to(hidden.dtype)
        if kernels.available and hidden.device.type == "cpu":
            return kernels.LinearCrossEntropy.apply(hidden, weight, targets, torch.is_grad_enabled())
        return F.cross_entropy(F.linear(hidden, weight).float(), targets)

    def logits(self, tokens):
        """[batch, length, vocabulary] in f32."""
        return F.linear(self.hidden(tokens).float(), self.embedding).view(*tokens.shape, -1)


def linear(x, weight):
    return F.linear(x, weight.to(x.dtype))


def fused_add_norm(x, y, weight, eps):
    return kernels.AddNorm.apply(x, y, weight, eps)


def fused_attend(qkv, q_norm, k_norm, cos, sin, shape, eps):
    return kernels.Attention.apply(qkv, q_norm, k_norm, cos, sin, shape, eps)


def rms_norm(x, weight, eps):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps) * weight


def add_norm(x, y, weight, eps):
    """The sum, and its norm in bfloat16."""
    total = x if y is None else x + y.float()
    return total, rms_norm(total, weight, eps).bfloat16()


def plain_swiglu(both):
    gate, up = both.chunk(2, dim=-1)
    return F.silu(gate) * up


def plain_attend(qkv, q_norm, k_norm, cos, sin, shape, eps):
    batch, length, heads, kv_heads = shape
    width = q_norm.shape[0]
    # [B, H, T, D]
    q, k, v = qkv.view(batch, length, -1, width).transpose(1, 2).split([heads, kv_heads, kv_heads], dim=1)
    q = rotate(rms_norm(q.float(), q_norm, eps), cos, sin).to(qkv.dtype)
    k = rotate(rms_norm(k.float(), k_norm, eps), cos, sin).to(qkv.dtype)
    k, v = (x.repeat_interleave(heads // kv_heads, dim=1) for x in (k, v))
    if hasattr(F, "scaled_dot_product_attention"):
        out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    else:
        scores = (q @ k.transpose(-1, -2)).float() * width**-0.5
        future = torch.ones(length, length, dtype=torch.bool, device=q.device).triu(1)
        out = scores.masked_fill(future, float("-inf")).softmax(-1).to(v.dtype) @ v
    return out.transpose(1, 2).reshape(batch * length, heads * width)


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)
