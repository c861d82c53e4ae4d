"""Make the PyTorch files in tests/data/weights: ``python -m benchmarks.torch_files``, with PyTorch 2 installed.

It stands here because the tests do without PyTorch; they read what it has written. The hostile ones are written byte by
byte and need no PyTorch to be harmful: each says in its name what it tries.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch
from torch import nn

HERE = Path(__file__).parent.parent / "tests" / "data" / "weights"


class Command:
    """What a hostile pickle asks for."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("touch pwned",)


class OwnNetwork(nn.Module):
    """A module of the user's own, which is saved as a call of its class."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 3)


class Stored:
    """Stands for storage 0."""


class Window:
    """Stands for a tensor of any offset, shape and strides."""

    def __init__(self, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.place = offset, shape, strides

    def __reduce__(self) -> tuple[Any, ...]:
        return torch._utils._rebuild_tensor_v2, (Stored(), *self.place, False, OrderedDict())


def mlp(bias: bool = True) -> nn.Sequential:
    """4-3-2."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 3, bias=bias), nn.ReLU(), nn.Linear(3, 2, bias=bias))


def archive(name: str, data: bytes, storages: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    """A file as PyTorch writes it, with any content."""
    with zipfile.ZipFile(HERE / name, "w", compression) as packed:
        packed.writestr(zipfile.ZipInfo("archive/data.pkl"), data, compression)
        packed.writestr(zipfile.ZipInfo("archive/byteorder"), b"little", compression)
        for key, content in storages.items():
            packed.writestr(zipfile.ZipInfo(f"archive/data/{key}"), content, compression)


def described(size: int, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> bytes:
    """The pickle of {"0.weight": a window of storage 0}."""

    class Writer(pickle.Pickler):
        def persistent_id(self, given: Any) -> Any:
            return ("storage", torch.FloatStorage, "0", "cpu", size) if isinstance(given, Stored) else None

    stream = io.BytesIO()
    Writer(stream, protocol=2).dump({"0.weight": Window(offset, shape, strides)})
    return stream.getvalue()


def older(value: Any, name: str) -> None:
    """Store it in the format from before PyTorch 1.6, which takes a third of the room."""
    torch.save(value, HERE / name, _use_new_zipfile_serialization=False)


def friendly() -> None:
    """Files that are networks."""
    state = mlp().state_dict()
    torch.save(state, HERE / "plain.pt")
    torch.save(mlp(bias=False).double().state_dict(), HERE / "double-no-bias.pth")
    torch.save(mlp().bfloat16().state_dict(), HERE / "bfloat16.pt")
    torch.save(mlp().half().state_dict(), HERE / "half.bin")
    older(state, "legacy.pt")
    optimizer = torch.optim.Adam(mlp().parameters())
    checkpoint = {"epoch": 3, "state_dict": state, "optimizer": optimizer.state_dict(), "loss": 0.5, "best": None}
    torch.save(checkpoint, HERE / "checkpoint.pt")
    torch.save({f"module.{name}": nn.Parameter(tensor) for name, tensor in state.items()}, HERE / "parameters.pt")
    whole = torch.arange(40, dtype=torch.float32) / 8
    windows = {"0.weight": whole[1:13].reshape(4, 3).t(), "2.weight": whole[20:32:2].reshape(2, 3)}
    torch.save(windows, HERE / "shared-storage.pt")
    older({"0.weight": torch.arange(12).reshape(3, 4), "2.weight": torch.ones(2, 3)}, "integers.pt")


def not_networks() -> None:
    """Files that PyTorch writes and that are no fully connected networks."""
    torch.save(OwnNetwork(), HERE / "whole-module.pt")
    torch.jit.save(torch.jit.script(nn.Linear(2, 1)), HERE / "torchscript.pt")
    older(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(4, 2)).state_dict(), "convolution.pt")
    older(nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2)).state_dict(), "batch-norm.pt")
    older(nn.MultiheadAttention(2, 1).state_dict(), "attention.pt")
    older(nn.LSTM(4, 3).state_dict(), "lstm.pt")
    state = mlp(bias=False).state_dict()
    torch.save({"0.weight": state["0.weight"], "1.weight": state["0.weight"].t()}, HERE / "tied.pt")
    older({"0.weight": torch.ones(1).expand(3, 4)}, "expanded.pt")
    for name, value in (("nan", float("nan")), ("infinite", float("inf"))):
        changed = {key: tensor.clone() for key, tensor in state.items()}
        changed["2.weight"][1, 1] = value
        older(changed, f"{name}.pt")
    older({"0.weight": state["0.weight"].to(torch.complex64)}, "complex.pt")
    older(list(state.values()), "list.pt")


def hostile() -> None:
    """Files that harm a reader that trusts them."""
    archive("hostile-command.pt", pickle.dumps({"0.weight": Command()}, protocol=2), {})
    archive("hostile-command-4.pt", pickle.dumps({"0.weight": Command()}, protocol=4), {})
    archive("hostile-attribute.pt", b"\x80\x02cbuiltins\neval\n(X\x05\x00\x00\x00print\x85R.", {})
    (HERE / "hostile-legacy.pt").write_bytes(
        pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + pickle.dumps(1001, protocol=2)
        + pickle.dumps({"little_endian": True}, protocol=2) + pickle.dumps(Command(), protocol=2)
    )  # fmt: skip
    zeros = {"0": bytes(16)}
    archive("hostile-claim.pt", described(10**9, (10**5, 10**4), (10**4, 1)), zeros)
    archive("hostile-window.pt", described(4, (10**5, 10**4), (0, 0)), zeros)
    archive("hostile-outside.pt", described(4, (2, 2), (2, 1), offset=1), zeros)
    archive("hostile-negative.pt", described(4, (2, 2), (-2, 1), offset=3), zeros)
    bomb = described(1 << 18, (1 << 9, 1 << 9), (1 << 9, 1))
    archive("hostile-bomb.pt", bomb, {"0": bytes(1 << 20)}, zipfile.ZIP_DEFLATED)
    archive("hostile-missing.pt", described(4, (2, 2), (2, 1)), {})
    archive("hostile-deep-key.pt", _deep_key(), {})
    whole = (HERE / "plain.pt").read_bytes()
    (HERE / "truncated.pt").write_bytes(whole[: len(whole) // 2])


def _deep_key() -> bytes:
    """A dictionary whose key is a pair of pairs of pairs, 60 deep: hashing it would never end."""
    return b"\x80\x02})" + b"2\x86" * 60 + b"Ns."


if __name__ == "__main__":
    friendly()
    not_networks()
    hostile()
