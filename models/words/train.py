"""Trains the word vectors of chat from pairs of documentation and code; see README.md.

usage: train.py PAIRS_FOLDER OUTPUT_FOLDER [EPOCHS]
PAIRS_FOLDER holds NAME.jsonl for each repository, as `ask FOLDER --pairs` prints them.
"""

import collections
import glob
import json
import os
import random
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

SIZE = 64
BATCH = 256
MOST_PAIRS = 3500  # of a repository
LEAST_PAIRS = 20
DROP = 0.2


def read_pairs(folder):
    repositories = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        seen, rows = set(), []
        for line in open(path):
            row = json.loads(line)
            key = " ".join(row[0])
            if key in seen or len(row[0]) < 3:
                continue
            seen.add(key)
            rows.append(row)
        random.shuffle(rows)
        if len(rows) >= LEAST_PAIRS:
            repositories[path] = rows[:MOST_PAIRS]
    return repositories


def choose_vocabulary(repositories):
    pairs, homes = collections.Counter(), collections.defaultdict(set)
    for name, rows in repositories.items():
        for row in rows:
            for word in set().union(*row):
                pairs[word] += 1
                homes[word].add(name)
    words = [w for w in pairs if pairs[w] >= 10 and len(homes[w]) >= 3 and w.isascii() and len(w) <= 20]
    return sorted(words, key=lambda w: (-pairs[w], w))[:12000], pairs


def indices(words, ids):
    counts = list(collections.Counter(ids[w] for w in words if w in ids).items())[:120]
    root = max(1, len(counts)) ** 0.5
    return [i for i, _ in counts], [(1 + np.log(count)) / root for _, count in counts]


def bag(table, texts):
    index, weight, offsets = [], [], []
    for ids, weights in texts:
        offsets.append(len(index))
        kept = [k for k in range(len(ids)) if len(ids) <= 2 or random.random() > DROP]
        index += [ids[k] for k in kept]
        weight += [weights[k] for k in kept]
    if not index:
        return torch.zeros(len(texts), SIZE)
    return F.embedding_bag(
        torch.tensor(index), table, torch.tensor(offsets), mode="sum",
        per_sample_weights=torch.tensor(weight, dtype=torch.float32),
    )


def quantize(matrix):
    scale = (np.abs(matrix).max(1) / 127 + 1e-9).astype(np.float32)
    return np.round(matrix / scale[:, None]).astype(np.int8), scale


def save(folder, vocabulary, question, code, fields):
    (q, q_scale), (c, c_scale) = quantize(question), quantize(code)
    tensors = [
        ("code.scale", "F32", c_scale), ("fields", "F32", fields.astype(np.float32)),
        ("question.scale", "F32", q_scale), ("code", "I8", c), ("question", "I8", q),
    ]
    header, at = {}, 0
    for name, kind, data in tensors:
        header[name] = {"dtype": kind, "shape": list(data.shape), "data_offsets": [at, at + data.nbytes]}
        at += data.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, "words.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data.tobytes() for _, _, data in tensors))
    with open(os.path.join(folder, "vocabulary.txt"), "w") as file:
        file.write("\n".join(vocabulary) + "\n")


def main(pairs_folder, output, epochs=3):
    torch.manual_seed(0)
    random.seed(0)
    repositories = read_pairs(pairs_folder)
    vocabulary, pairs = choose_vocabulary(repositories)
    ids = {word: i for i, word in enumerate(vocabulary)}
    total = sum(map(len, repositories.values()))
    print(f"{len(repositories)} repositories, {total} pairs, {len(vocabulary)} words", flush=True)
    # Both tables begin alike, so that a word agrees with itself from the start; rare words weigh more.
    rarity = torch.tensor([np.log(1 + total / pairs[w]) for w in vocabulary], dtype=torch.float32)
    start = F.normalize(torch.randn(len(vocabulary), SIZE), dim=1) * rarity[:, None] / 8
    question, code = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    fields = torch.nn.Parameter(torch.tensor([1.0, 0.5, 0.5, 0.5]))
    sharpness = torch.nn.Parameter(torch.tensor(2.5))
    optimizer = torch.optim.Adam([
        {"params": [question, code, fields], "lr": 0.006}, {"params": [sharpness], "lr": 0.01},
    ])
    data = {name: [[indices(text, ids) for text in row] for row in rows] for name, rows in repositories.items()}
    for epoch in range(epochs):
        batches = []
        for name, rows in data.items():
            order = random.sample(range(len(rows)), len(rows))
            parts = [order[at:at + BATCH] for at in range(0, len(order), BATCH)]
            batches += [[rows[i] for i in part] for part in parts if len(part) >= 16]
        random.shuffle(batches)
        right = count = 0
        for rows in batches:
            q = F.normalize(bag(question, [row[0] for row in rows]), dim=1)
            c = F.normalize(sum(fields[k] * bag(code, [row[k + 1] for row in rows]) for k in range(4)), dim=1)
            logits = q @ c.T * sharpness.exp()
            target = torch.arange(len(rows))
            loss = F.cross_entropy(logits, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            right += (logits.argmax(1) == target).sum().item()
            count += len(rows)
        for group in optimizer.param_groups:
            group["lr"] *= 0.7
        print(f"epoch {epoch}: {100 * right / count:.1f} % first in their batch", flush=True)
    save(output, vocabulary, *(p.detach().numpy() for p in (question, code, fields)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
