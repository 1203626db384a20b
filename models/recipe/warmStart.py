"""Turns a Llama folder with tied embeddings into the first checkpoint of a Qwen3 run: `train.py` goes on from it.

    python3 warmStart.py LLAMA-FOLDER RUN/checkpoint.pt --texts DATA/validation.bin

QK-norm takes the lengths of queries and keys away; its gains are set to their mean length over some windows of text, one
number a layer. The seed lost 0.18 nats a token by that (2.77 to 2.95), which the first 0.8 million tokens brought back.
"""

import argparse
import json
from pathlib import Path

import numpy
import torch

import kernels
import model as definition
from model import Model, Shape
from optimizer import Optimizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--context", type=int, default=1024)
    options = parser.parse_args()
    config = json.loads((options.folder / "config.json").read_text())
    shape = {
        "vocabulary": config["vocab_size"],
        "hidden": config["hidden_size"],
        "layers": config["num_hidden_layers"],
        "heads": config["num_attention_heads"],
        "kv_heads": config["num_key_value_heads"],
        "head_dim": config["head_dim"],
        "intermediate": config["intermediate_size"],
        "context": options.context,
        "rope_theta": config["rope_theta"],
        "eps": config["rms_norm_eps"],
    }
    model = Model(Shape(**shape))
    model.load_state_dict(renamed(read_safetensors(options.folder / "model.safetensors"), model.state_dict()))
    windows = numpy.memmap(options.texts, dtype=numpy.uint16, mode="r").reshape(-1, options.context + 1)[:24]
    # No further than Llama was trained to look.
    tokens = torch.from_numpy(windows.astype(numpy.int64))[:, : config["max_position_embeddings"]]
    fit_gains(model, tokens)
    options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    stored = {"config": {"shape": shape}, "model": model.state_dict(), "optimizer": Optimizer(model).state()}
    torch.save(stored, options.checkpoint)


def read_safetensors(path):
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if name != "__metadata__":
            begin, end = (start + offset for offset in entry["data_offsets"])
            values = numpy.frombuffer(content[begin:end], dtype=numpy.float16).astype(numpy.float32)
            tensors[name] = torch.from_numpy(values).view(entry["shape"])
    return tensors


def renamed(tensors, state):
    """Hugging Face's tensors under this recipe's names; what Llama lacks stays as it is in `state`."""
    state["embedding"] = tensors["model.embed_tokens.weight"]
    state["final_norm"] = tensors["model.norm.weight"]
    for index in range(sum(name.endswith(".qkv") for name in state)):
        own, theirs = f"layers.{index}.", f"model.layers.{index}."
        state[own + "qkv"] = torch.cat([tensors[f"{theirs}self_attn.{part}_proj.weight"] for part in "qkv"])
        state[own + "out"] = tensors[theirs + "self_attn.o_proj.weight"]
        state[own + "gate_up"] = torch.cat([tensors[f"{theirs}mlp.{part}_proj.weight"] for part in ("gate", "up")])
        state[own + "down"] = tensors[theirs + "mlp.down_proj.weight"]
        state[own + "attention_norm"] = tensors[theirs + "input_layernorm.weight"]
        state[own + "ffn_norm"] = tensors[theirs + "post_attention_layernorm.weight"]
    return state


@torch.no_grad()
def fit_gains(model, tokens):
    """Runs the model as the Llama it was, and sets each layer's gains to what its queries and keys measured."""
    plain, kernels.available = definition.plain_attend, False
    lengths = []

    def attend_without_norm(qkv, q_norm, k_norm, cos, sin, shape, eps):
        batch, length, heads, kv_heads = shape
        q, k, v = qkv.float().view(batch, length, -1, len(q_norm)).split([heads, kv_heads, kv_heads], dim=2)
        lengths.append([x.square().mean(-1).sqrt().mean().item() for x in (q, k)])
        q, k = (x.transpose(1, 2) for x in (q, k))
        q, k = definition.rotate(q, cos, sin), definition.rotate(k, cos, sin)
        k, v = (x.repeat_interleave(heads // kv_heads, dim=1) for x in (k, v.transpose(1, 2)))
        scores = q @ k.transpose(-1, -2) * len(q_norm) ** -0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        out = scores.masked_fill(future, float("-inf")).softmax(-1) @ v
        return out.transpose(1, 2).reshape(batch * length, -1).to(qkv.dtype)

    try:
        definition.plain_attend = attend_without_norm
        print("as Llama", model.loss(tokens[:, :-1], tokens[:, 1:]).item())
    finally:
        definition.plain_attend = plain
    for layer, (q, k) in zip(model.layers, lengths):
        layer.q_norm.fill_(q)
        layer.k_norm.fill_(k)
    print("with QK-norm", model.loss(tokens[:, :-1], tokens[:, 1:]).item())


if __name__ == "__main__":
    main()
