# Makes architectures.json: small random models of every architecture switch, with their logits and greedy tokens,
# for the tests of the transformer's definition. It is written in plain PyTorch from the published definitions
# (Llama: arXiv 2302.13971; Qwen2: 2407.10671; Qwen3: 2505.09388; rotary embedding: 2104.09864, in the half-split
# layout of Hugging Face's weights) and shares nothing with the TypeScript that it checks.
# It needs only PyTorch (Debian: python3-torch). See README.md beside it.

import base64
import json
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "architectures.json"
BUNDLED = HERE / "bundled.json"
BUNDLED_MODEL = HERE.parent.parent / "models" / "bundled"
PROMPT_TOKENS = 12
GREEDY_TOKENS = 8
# A greedy token is only a fair question when no rounding can change its answer.
LEAST_MARGIN = 0.05
# What leaving out any one norm, bias or switch must change at least in some logit, or the case would not test it.
LEAST_EFFECT = 0.05

torch.set_num_threads(1)


# --- The model -------------------------------------------------------------------------------------------------------


def rms_norm(x, weight, eps):
    return weight * (x / torch.sqrt(x.pow(2).mean(dim=-1, keepdim=True) + eps))


def rotary(x, theta):
    """Rotates x [heads, T, D] by position: the pair (i, i + D/2) turns by position * theta^(-2i/D)."""
    tokens, size = x.shape[-2], x.shape[-1]
    half = size // 2
    frequency = theta ** (-torch.arange(half, dtype=torch.float64) * 2 / size)
    angle = torch.arange(tokens, dtype=torch.float64)[:, None] * frequency[None, :]  # [T, D/2]
    cos, sin = angle.cos().float(), angle.sin().float()
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def linear(x, weights, name):
    y = x @ weights[name + ".weight"].T
    bias = weights.get(name + ".bias")
    return y if bias is None else y + bias


def forward(config, weights, ids):
    """Logits [T, vocabulary] of every position of one sequence, in float32, without a cache."""
    heads = config["num_attention_heads"]
    kv_heads = config.get("num_key_value_heads", heads)
    size = config.get("head_dim", config["hidden_size"] // heads)
    eps = config["rms_norm_eps"]
    theta = config.get("rope_parameters", config)["rope_theta"]
    tokens = len(ids)
    future = torch.triu(torch.ones(tokens, tokens, dtype=torch.bool), diagonal=1)

    x = weights["model.embed_tokens.weight"][torch.tensor(ids)]  # [T, hidden]
    for layer in range(config["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        h = rms_norm(x, weights[p + "input_layernorm.weight"], eps)
        q = linear(h, weights, p + "self_attn.q_proj").view(tokens, heads, size).transpose(0, 1)  # [H, T, D]
        k = linear(h, weights, p + "self_attn.k_proj").view(tokens, kv_heads, size).transpose(0, 1)
        v = linear(h, weights, p + "self_attn.v_proj").view(tokens, kv_heads, size).transpose(0, 1)
        if p + "self_attn.q_norm.weight" in weights:
            q = rms_norm(q, weights[p + "self_attn.q_norm.weight"], eps)
            k = rms_norm(k, weights[p + "self_attn.k_norm.weight"], eps)
        q, k = rotary(q, theta), rotary(k, theta)
        outputs = []
        for head in range(heads):
            kv = head // (heads // kv_heads)
            scores = q[head] @ k[kv].T / size**0.5  # [T, T]
            outputs.append(torch.softmax(scores.masked_fill(future, float("-inf")), dim=-1) @ v[kv])
        x = x + linear(torch.cat(outputs, dim=-1), weights, p + "self_attn.o_proj")
        h = rms_norm(x, weights[p + "post_attention_layernorm.weight"], eps)
        gate = linear(h, weights, p + "mlp.gate_proj")
        up = linear(h, weights, p + "mlp.up_proj")
        x = x + linear(gate * torch.sigmoid(gate) * up, weights, p + "mlp.down_proj")
    x = rms_norm(x, weights["model.norm.weight"], eps)
    output = "model.embed_tokens.weight" if config["tie_word_embeddings"] else "lm_head.weight"
    return x @ weights[output].T


def greedy(config, weights, ids, count):
    """The next `count` most likely tokens, and the least margin of a winner over its runner-up."""
    sequence, margin = list(ids), float("inf")
    for _ in range(count):
        best = forward(config, weights, sequence)[-1].topk(2)
        margin = min(margin, (best.values[0] - best.values[1]).item())
        sequence.append(best.indices[0].item())
    return sequence[len(ids) :], margin


# --- Random weights --------------------------------------------------------------------------------------------------


def tensor_shapes(config):
    hidden, inner, vocabulary = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    heads = config["num_attention_heads"]
    kv_heads = config.get("num_key_value_heads", heads)
    size = config.get("head_dim", hidden // heads)
    kind = config["model_type"]
    biased = config.get("attention_bias", False)
    shapes = {"model.embed_tokens.weight": (vocabulary, hidden), "model.norm.weight": (hidden,)}
    if not config["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (vocabulary, hidden)
    for layer in range(config["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        attention = {"q": (heads * size, hidden), "k": (kv_heads * size, hidden), "v": (kv_heads * size, hidden)}
        attention["o"] = (hidden, heads * size)
        for name, shape in attention.items():
            shapes[f"{p}self_attn.{name}_proj.weight"] = shape
            if biased or (kind == "qwen2" and name != "o"):
                shapes[f"{p}self_attn.{name}_proj.bias"] = shape[:1]
        if kind == "qwen3":
            shapes[p + "self_attn.q_norm.weight"] = (size,)
            shapes[p + "self_attn.k_norm.weight"] = (size,)
        shapes[p + "mlp.gate_proj.weight"] = (inner, hidden)
        shapes[p + "mlp.up_proj.weight"] = (inner, hidden)
        shapes[p + "mlp.down_proj.weight"] = (hidden, inner)
        shapes[p + "input_layernorm.weight"] = (hidden,)
        shapes[p + "post_attention_layernorm.weight"] = (hidden,)
    return shapes


def random_weights(config, generator):
    """float16 tensors. Attention is sharp, norms differ from one and biases from zero, so that each one matters."""
    weights = {}
    for name, shape in tensor_shapes(config).items():
        noise = torch.randn(shape, generator=generator)
        if "norm" in name:
            tensor = 1 + 0.3 * noise
        elif name.endswith(".bias"):
            tensor = 0.5 * noise
        elif "embed" in name or "lm_head" in name:
            tensor = 0.7 * noise
        else:
            sharpness = 2 if "q_proj" in name or "k_proj" in name else 1
            tensor = sharpness * noise / shape[1] ** 0.5
        weights[name] = tensor.half()
    return weights


# --- Safetensors, made and read by hand ------------------------------------------------------------------------------


def write_safetensors(weights):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in sorted(weights):
        tensor = weights[name].contiguous()
        content = tensor.numpy().astype("<f2").tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def read_safetensors(content):
    (length,) = struct.unpack("<Q", content[:8])
    weights = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        if name != "__metadata__":
            assert entry["dtype"] == "F16", entry
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            values = torch.frombuffer(bytearray(content[begin:end]), dtype=torch.float16)
            weights[name] = values.view(entry["shape"]).float()
    return weights


# --- Cases -----------------------------------------------------------------------------------------------------------


def config_of(architecture, vocab, hidden, heads, inner, tied, **more):
    return {
        "architectures": [architecture],
        "model_type": architecture.replace("ForCausalLM", "").lower(),
        "vocab_size": vocab,
        "hidden_size": hidden,
        "num_hidden_layers": 2,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-5,
        "max_position_embeddings": 64,
        "tie_word_embeddings": tied,
        "eos_token_id": vocab - 1,
        **more,
    }


LLAMA, QWEN2, QWEN3 = "LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"
CASES = {
    # No num_key_value_heads and no head_dim: both take their defaults.
    "llama-mha-tied": config_of(LLAMA, 64, 32, 4, 48, True, rope_theta=10000.0),
    "llama-gqa-untied": config_of(LLAMA, 97, 40, 4, 56, False, num_key_value_heads=2, rope_theta=10000.0),
    "llama-attention-bias": config_of(
        LLAMA, 64, 32, 4, 48, True, num_key_value_heads=2, head_dim=12, attention_bias=True, rope_theta=10000.0
    ),
    "qwen2": config_of(
        QWEN2, 81, 36, 6, 48, True, num_key_value_heads=2, rope_theta=1000000.0, rms_norm_eps=1e-6, use_sliding_window=False
    ),
    "qwen3": config_of(
        QWEN3, 64, 32, 4, 48, True, num_key_value_heads=2, head_dim=16, rope_theta=1000000.0, rms_norm_eps=1e-6
    ),
    "qwen3-attention-bias-untied": config_of(
        QWEN3, 64, 32, 3, 40, False, num_key_value_heads=3, head_dim=8, attention_bias=True, rope_theta=10000.0
    ),
    "smollm": config_of(LLAMA, 73, 36, 9, 56, True, num_key_value_heads=3, rope_theta=100000.0, rope_scaling=None),
    # One key-value head, and the rotary base where newer versions of transformers write it.
    "llama-mqa-theta-1e6": config_of(
        LLAMA, 64, 32, 2, 48, True, num_key_value_heads=1, rope_parameters={"rope_theta": 1000000.0, "rope_type": "default"}
    ),
}


def least_effect(config, weights, prompt):
    """The smallest of the largest changes of a logit when one norm, one bias or the rotary base is left out."""
    logits = forward(config, weights, prompt)
    without = [
        (config, {**weights, name: torch.ones_like(tensor) if "norm" in name else torch.zeros_like(tensor)})
        for name, tensor in weights.items()
        if "norm" in name or name.endswith(".bias")
    ]
    if config["model_type"] == "qwen3":
        without.append((config, {name: tensor for name, tensor in weights.items() if "q_norm" not in name}))
    for theta in {10000.0, 100000.0, 1000000.0} - {config.get("rope_parameters", config)["rope_theta"]}:
        without.append(({**config, "rope_theta": theta, "rope_parameters": {"rope_theta": theta}}, weights))
    return min((forward(*model, prompt) - logits).abs().max().item() for model in without)


def floats_base64(tensor):
    return base64.b64encode(tensor.contiguous().numpy().astype("<f4").tobytes()).decode()


def make_case(name, config):
    """The first seed whose greedy tokens are all clear winners."""
    for seed in range(1000):
        generator = torch.Generator().manual_seed(seed)
        content = write_safetensors(random_weights(config, generator))
        weights = read_safetensors(content)
        prompt = torch.randint(0, config["vocab_size"], (PROMPT_TOKENS,), generator=generator).tolist()
        tokens, margin = greedy(config, weights, prompt, GREEDY_TOKENS)
        logits = forward(config, weights, prompt)
        top = logits.topk(2, dim=-1).values
        margin = min(margin, (top[:, 0] - top[:, 1]).min().item())
        effect = least_effect(config, weights, prompt)
        if margin >= LEAST_MARGIN and effect >= LEAST_EFFECT and len(set(tokens)) > 2:
            break
    else:
        raise SystemExit(f"{name}: no seed has clear winners; lower LEAST_MARGIN or LEAST_EFFECT")
    count = sum(tensor.numel() for tensor in weights.values())
    print(f"{name}: seed {seed}, {count} weights, margin {margin:.3f}, effect {effect:.3f}", file=sys.stderr)
    return {
        "name": name,
        "config": config,
        "safetensorsBase64": base64.b64encode(content).decode(),
        "prompt": prompt,
        "logitsF32Base64": floats_base64(logits),
        "greedy": tokens,
    }


def make():
    what = (
        "Random models with float16 weights: PyTorch's float32 logits [prompt tokens, vocabulary] (little-endian float32, "
        "base64) at every position of the prompt, and the greedy tokens after it. Made by architectures.py."
    )
    cases = ",\n".join(json.dumps(make_case(name, config)) for name, config in CASES.items())
    return '{"what": ' + json.dumps(what) + ', "cases": [\n' + cases + "\n]}\n"


def bundled_model():
    config = json.loads((BUNDLED_MODEL / "config.json").read_text())
    return config, read_safetensors((BUNDLED_MODEL / "model.safetensors").read_bytes())


def make_bundled():
    """The texts of bundled.json with what the bundled weights give for them now."""
    model = bundled_model()
    content = json.loads(BUNDLED.read_text())
    for case in content["cases"]:
        logits = forward(*model, case["ids"])
        case["argmax"] = logits.argmax(dim=-1).tolist()
        case["lastLogitsF32Base64"] = floats_base64(logits[-1])
        case["greedyContinuation"], margin = greedy(*model, case["ids"], len(case["greedyContinuation"]))
        print(f"{len(case['ids'])} tokens, least margin of a greedy token {margin:.4f}", file=sys.stderr)
    return json.dumps(content)


if __name__ == "__main__":
    if sys.argv[1:] == ["--bundled"]:
        BUNDLED.write_text(make_bundled())
    elif sys.argv[1:] == []:
        OUTPUT.write_text(make())
    else:
        raise SystemExit("usage: architectures.py [--bundled]")
