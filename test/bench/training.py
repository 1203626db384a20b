# PyTorch on the model and batch of the training benchmark: prints the median time of a step in milliseconds. One
# argument, JSON: model (a config.json), rows, tokens, threads, steps, type. Needs only PyTorch (Debian: python3-torch).

import json
import statistics
import sys
import time

import torch

request = json.loads(sys.argv[1])
config = json.load(open(request["model"]))
torch.set_num_threads(request["threads"])
torch.manual_seed(1)

HIDDEN, INNER, VOCABULARY = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
HEADS = config["num_attention_heads"]
KV_HEADS = config.get("num_key_value_heads", HEADS)
SIZE = config.get("head_dim", HIDDEN // HEADS)
LAYERS, EPSILON = config["num_hidden_layers"], config["rms_norm_eps"]
ROWS, TOKENS = request["rows"], request["tokens"]
QK_NORM = config["model_type"] == "qwen3"


def matrix(rows, columns):
    return (0.02 * torch.randn(rows, columns)).requires_grad_()


def norm_weight(size):
    return torch.ones(size, requires_grad=True)


embedding = matrix(VOCABULARY, HIDDEN)
head = embedding if config["tie_word_embeddings"] else matrix(VOCABULARY, HIDDEN)
last_norm = norm_weight(HIDDEN)
layers = [
    {
        "qkv": matrix((HEADS + 2 * KV_HEADS) * SIZE, HIDDEN),
        "o": matrix(HIDDEN, HEADS * SIZE),
        "gate_up": matrix(2 * INNER, HIDDEN),
        "down": matrix(HIDDEN, INNER),
        "norm1": norm_weight(HIDDEN),
        "norm2": norm_weight(HIDDEN),
        **({"q_norm": norm_weight(SIZE), "k_norm": norm_weight(SIZE)} if QK_NORM else {}),
    }
    for _ in range(LAYERS)
]
matrices = [tensor for layer in layers for tensor in layer.values() if tensor.dim() == 2]
others = [tensor for layer in layers for tensor in layer.values() if tensor.dim() == 1] + [embedding, last_norm]
if head is not embedding:
    matrices.append(head)
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=1e-5, betas=(0.9, 0.95)
)

frequency = 10000.0 ** (-torch.arange(SIZE // 2) * 2 / SIZE)
angle = torch.arange(TOKENS)[:, None] * frequency[None, :]
cos, sin = angle.cos(), angle.sin()
future = torch.triu(torch.full((TOKENS, TOKENS), float("-inf")), diagonal=1)


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + EPSILON) * weight


def rotary(x):
    first, second = x[..., : SIZE // 2], x[..., SIZE // 2 :]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def loss_of(tokens, targets):
    x = torch.nn.functional.embedding(tokens, embedding)
    for layer in layers:
        qkv = torch.nn.functional.linear(rms_norm(x, layer["norm1"]), layer["qkv"])
        q, k, v = qkv.view(ROWS, TOKENS, -1, SIZE).transpose(1, 2).split([HEADS, KV_HEADS, KV_HEADS], dim=1)
        if QK_NORM:
            q, k = rms_norm(q, layer["q_norm"]), rms_norm(k, layer["k_norm"])
        q, k = rotary(q), rotary(k)
        k, v = (t.repeat_interleave(HEADS // KV_HEADS, dim=1) for t in (k, v))
        shares = torch.softmax(q @ k.transpose(-1, -2) / SIZE**0.5 + future, dim=-1)
        read = (shares.to(v.dtype) @ v).transpose(1, 2).reshape(ROWS, TOKENS, HEADS * SIZE)
        x = x + torch.nn.functional.linear(read, layer["o"])
        gate, up = torch.nn.functional.linear(rms_norm(x, layer["norm2"]), layer["gate_up"]).chunk(2, dim=-1)
        x = x + torch.nn.functional.linear(torch.nn.functional.silu(gate) * up, layer["down"])
    logits = torch.nn.functional.linear(rms_norm(x, last_norm), head)
    return torch.nn.functional.cross_entropy(logits.float().view(-1, VOCABULARY), targets.view(-1))


times = []
for step in range(request["steps"] + 1):
    tokens, targets = (torch.randint(0, VOCABULARY, (ROWS, TOKENS)) for _ in range(2))
    started = time.perf_counter()
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=request["type"] == "bfloat16"):
        loss = loss_of(tokens, targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(matrices + others, 1.0)
    optimizer.step()
    # The first warms up.
    if step > 0:
        times.append(1000 * (time.perf_counter() - started))
print(statistics.median(times))
