"""Writes a checkpoint as a model folder in Hugging Face's layout: Qwen3ForCausalLM, float16 safetensors.

    python3 export.py CHECKPOINT --tokenizer tokenizer.json --out FOLDER [--name NAME]

CHECKPOINT may be `untrained:CONFIG`, which is for measuring the speed of a shape before it is trained.
"""

import argparse
import json
from pathlib import Path

import torch

from model import Model, Shape


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="TinyMemory 6M")
    parser.add_argument("--context", type=int, help="tokens that are used, where that is less than was trained")
    parser.add_argument("--mantissa-bits", type=int, default=10, choices=range(4, 11),
                        help="bits of the matrices' mantissas that are kept: a package of fewer is smaller")
    parser.add_argument("--infill", action="store_true", help="let prompts hold the text after the cursor")
    options = parser.parse_args()
    shape, weights = load(options.checkpoint)
    tokenizer = json.loads(options.tokenizer.read_text())
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    options.out.mkdir(parents=True, exist_ok=True)
    write_safetensors(options.out / "model.safetensors", tensors_of(shape, weights), options.mantissa_bits)
    (options.out / "tokenizer.json").write_text(options.tokenizer.read_text())
    for name, content in descriptions(shape, special, options).items():
        (options.out / name).write_text(json.dumps(content, indent=1) + "\n")


def load(checkpoint):
    if checkpoint.startswith("untrained:"):
        shape = Shape(**json.loads(Path(checkpoint.removeprefix("untrained:")).read_text())["shape"])
        return shape, Model(shape).state_dict()
    stored = torch.load(checkpoint, map_location="cpu")
    return Shape(**stored["config"]["shape"]), stored["model"]


def tensors_of(shape, weights):
    """Hugging Face's names; fused projections taken apart."""
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    yield "model.embed_tokens.weight", weights["embedding"]
    for index in range(shape.layers):
        own, theirs = f"layers.{index}.", f"model.layers.{index}."
        q, k, v = weights[own + "qkv"].split([queries, keys, keys])
        gate, up = weights[own + "gate_up"].split([shape.intermediate] * 2)
        yield theirs + "input_layernorm.weight", weights[own + "attention_norm"]
        yield theirs + "self_attn.q_proj.weight", q
        yield theirs + "self_attn.k_proj.weight", k
        yield theirs + "self_attn.v_proj.weight", v
        yield theirs + "self_attn.o_proj.weight", weights[own + "out"]
        yield theirs + "self_attn.q_norm.weight", weights[own + "q_norm"]
        yield theirs + "self_attn.k_norm.weight", weights[own + "k_norm"]
        yield theirs + "post_attention_layernorm.weight", weights[own + "ffn_norm"]
        yield theirs + "mlp.gate_proj.weight", gate
        yield theirs + "mlp.up_proj.weight", up
        yield theirs + "mlp.down_proj.weight", weights[own + "down"]
    yield "model.norm.weight", weights["final_norm"]


def write_safetensors(path, tensors, mantissa_bits):
    header, blocks, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in tensors:
        halves = tensor.half() if tensor.ndim == 1 else rounded(tensor, mantissa_bits)
        block = halves.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(block)]}
        blocks.append(block)
        offset += len(block)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blocks))


def rounded(tensor, mantissa_bits):
    """In float16, to the nearest of those whose mantissa's last bits are zero: these take next to no room in an archive."""
    dropped = 10 - mantissa_bits
    bits = tensor.half().contiguous().view(torch.int16).int() & 0xFFFF
    nearest = ((bits + (1 << dropped >> 1)) >> dropped) << dropped
    return torch.where(nearest > 0x7FFF, nearest - 0x10000, nearest).to(torch.int16).view(torch.float16)


def descriptions(shape, special, options):
    context = options.context or shape.context
    end, answered = special["<|endoftext|>"], special["<|im_end|>"]
    config = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "intermediate_size": shape.intermediate,
        "hidden_act": "silu",
        "rms_norm_eps": shape.eps,
        "rope_theta": shape.rope_theta,
        "rope_scaling": None,
        "max_position_embeddings": context,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "use_sliding_window": False,
        "initializer_range": 0.02,
        "bos_token_id": None,
        "eos_token_id": end,
        "torch_dtype": "float16",
    }
    generation = {"eos_token_id": [end, answered], "pad_token_id": end, "max_new_tokens": 64, "do_sample": False}
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
    }
    prompt = {"header": "{path}\n", "separator": "<|file_sep|>"}
    if options.infill:
        prompt["infill"] = {"prefix": "<|fim_prefix|>", "suffix": "<|fim_suffix|>", "middle": "<|fim_middle|>"}
    manifest = {"formatVersion": 1, "name": options.name, "prompt": prompt}
    return {
        "config.json": config,
        "generation_config.json": generation,
        "tokenizer_config.json": tokenizer,
        "tinymemory.json": manifest,
    }


if __name__ == "__main__":
    main()
