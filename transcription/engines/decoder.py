"""The second half of the model: features and the tokens so far become the next token's scores.

The weights and the results are openai-whisper's; what differs is how little memory is read for one token: query, key
and value in one product, keys and values of earlier tokens in place, those of the sound laid out once per window,
scores of the last position only. Memory is what a token costs on a processor, so several windows share each reading of
the weights.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from transcription.choice import Numbers
from transcription.engines.encoder import type_of

Head = tuple[int, int]
"""A layer and one of its heads."""

_Product = Callable[[torch.Tensor], torch.Tensor]
_Linear = tuple[torch.Tensor, torch.Tensor | None]
"""Weights and bias."""

# Nothing is divided by zero; what is smaller is nothing.
_SMALLEST = 1e-20
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Sound:
    """One window as the decoder listens to it: keys and values of each layer (1 × heads × frames × width of a head)."""

    keys: tuple[torch.Tensor, ...]
    values: tuple[torch.Tensor, ...]


class Decoder:
    """The decoder's weights in one kind of numbers; the sound is kept in shorter ones where `short_sound` says so."""

    def __init__(self, whisper_model: Any, numbers: Numbers, *, short_sound: bool) -> None:
        decoder, dims = whisper_model.decoder, whisper_model.dims
        self.device = whisper_model.device
        self.heads, self.longest = dims.n_text_head, dims.n_text_ctx
        self.type = type_of(numbers)
        self.sound_type = torch.bfloat16 if short_sound else self.type
        # Read once per window, so that short weights gain nothing there, and exact ones do.
        sound_numbers: Numbers = "bf16" if short_sound else "fp32" if numbers == "int8" else numbers
        self.layers = [_Layer(block, numbers, sound_numbers) for block in decoder.blocks]
        # A few rows are read for each token: they may stay as the file has them.
        self._embedding = decoder.token_embedding.weight.detach().clone()
        self._positions = _copied(decoder.positional_embedding, self.type)
        self._norm, self._scores = _behind(decoder.ln, numbers, (decoder.token_embedding.weight, None))

    def listen(self, features: torch.Tensor) -> Sound:
        """Lay out one window's features (1 × frames × width)."""
        features = features.to(self.sound_type)
        pairs = [layer.sound(features).chunk(2, -1) for layer in self.layers]
        return Sound(
            tuple(self.by_head(keys).contiguous() for keys, _ in pairs),
            tuple(self.by_head(values).contiguous() for _, values in pairs),
        )

    def embed(self, tokens: torch.Tensor, first: int) -> torch.Tensor:
        """Tokens (rows × some) from position `first` on as states."""
        places: torch.Tensor = self._positions[first : first + tokens.shape[1]]
        return functional.embedding(tokens, self._embedding).to(self.type) + places

    def scores(self, states: torch.Tensor) -> torch.Tensor:
        """Scores of the whole vocabulary, in float32, for states that `Rows.read` gave."""
        scores: torch.Tensor = self._scores(self._norm(states)).float()
        return scores

    def by_head(self, wide: torch.Tensor) -> torch.Tensor:
        """Rows × tokens × width as rows × heads × tokens × width of a head."""
        return wide.view(wide.shape[0], wide.shape[1], self.heads, -1).transpose(1, 2)


class Rows:
    """Windows that are decoded together, and the tokens they have read."""

    def __init__(self, decoder: Decoder, sounds: Sequence[Sound]) -> None:
        self._decoder = decoder
        self._sounds = list(sounds)
        self._length = 0
        width = decoder.layers[0].width // decoder.heads
        shape = (2, len(self._sounds), decoder.heads, decoder.longest, width)
        self._past = [torch.empty(shape, dtype=decoder.type, device=decoder.device) for _ in decoder.layers]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the rows."""
        self._sounds = [self._sounds[row] for row in rows]
        chosen = torch.tensor(list(rows), device=self._decoder.device)
        for layer, past in enumerate(self._past):
            kept = past.new_empty((2, len(rows), *past.shape[2:]))
            kept[:, :, :, : self._length] = past[:, :, :, : self._length].index_select(1, chosen)
            self._past[layer] = kept

    def read(self, tokens: torch.Tensor) -> torch.Tensor:
        """Add tokens (rows × some) and give their states (rows × some × width)."""
        states = self._decoder.embed(tokens, self._length)
        for number in range(len(self._decoder.layers)):
            states = self._through(number, states)
        self._length += tokens.shape[1]
        return states

    def attention(self, tokens: torch.Tensor, heads: Sequence[Head]) -> torch.Tensor:
        """Read a window's first tokens (1 × some): for each of the heads, what a token listens to, before softmax."""
        seen: dict[Head, torch.Tensor] = {}
        states = self._decoder.embed(tokens, 0)
        for number in range(1 + max(layer for layer, _ in heads)):
            states = self._through(number, states, [head for layer, head in heads if layer == number], seen)
        return torch.stack([seen[head] for head in heads])

    def _through(
        self,
        number: int,
        states: torch.Tensor,
        watched: Sequence[int] = (),
        seen: dict[Head, torch.Tensor] | None = None,
    ) -> torch.Tensor:
        layer, past = self._decoder.layers[number], self._past[number]
        first, count = self._length, states.shape[1]
        now = layer.own(states).view(*states.shape[:2], 3, self._decoder.heads, -1).permute(2, 0, 3, 1, 4)
        past[:, :, :, first : first + count] = now[1:]
        keys, values = past[:, :, :, : first + count]
        # Only what is read at once at the start needs a mask: later, everything is past.
        heard = functional.scaled_dot_product_attention(now[0], keys, values, is_causal=count > 1)
        states = states + layer.own_out(heard.transpose(1, 2).flatten(2))

        queries = self._decoder.by_head(layer.query(states)).to(self._decoder.sound_type)
        if seen is not None:
            keys = self._sounds[0].keys[number][0]
            for head in watched:
                seen[number, head] = (queries[0, head] @ keys[head].T).float() / keys.shape[-1] ** 0.5
        heard = self._listened(number, queries)
        states = states + layer.out(heard.transpose(1, 2).flatten(2).to(states.dtype))
        return states + layer.think(states)

    def _listened(self, number: int, queries: torch.Tensor) -> torch.Tensor:
        """Each row has its own sound; stacking them would copy more memory than the product reads."""
        parts = [
            functional.scaled_dot_product_attention(queries[row : row + 1], sound.keys[number], sound.values[number])
            for row, sound in enumerate(self._sounds)
        ]
        return torch.cat(parts) if len(parts) > 1 else parts[0]


class _Layer:
    """The products of one layer, each with the norm before it."""

    def __init__(self, block: Any, numbers: Numbers, sound_numbers: Numbers) -> None:
        own, cross = block.attn, block.cross_attn
        self.width = own.query.weight.shape[0]
        parts = [(part.weight, part.bias) for part in (own.query, own.key, own.value)]
        self._own_norm, self._own = _behind(block.attn_ln, numbers, *parts)
        self.own_out = _fused(numbers, own.out)
        self._cross_norm, self._query = _behind(block.cross_attn_ln, numbers, (cross.query.weight, cross.query.bias))
        self.sound = _fused(sound_numbers, cross.key, cross.value)
        self.out = _fused(numbers, cross.out)
        wide, narrow = block.mlp[0], block.mlp[2]
        self._think_norm, self._wide = _behind(block.mlp_ln, numbers, (wide.weight, wide.bias))
        self._narrow = _fused(numbers, narrow)

    def own(self, states: torch.Tensor) -> torch.Tensor:
        return self._own(self._own_norm(states))

    def query(self, states: torch.Tensor) -> torch.Tensor:
        return self._query(self._cross_norm(states))

    def think(self, states: torch.Tensor) -> torch.Tensor:
        return self._narrow(functional.gelu(self._wide(self._think_norm(states))))


class _Norm:
    def __init__(self, norm: Any, eased: torch.Tensor | None = None) -> None:
        share = 1.0 if eased is None else eased
        self._weight = _copied(norm.weight, torch.float32) / share
        self._bias = _copied(norm.bias, torch.float32) / share
        self._shape = norm.normalized_shape

    def __call__(self, states: torch.Tensor) -> torch.Tensor:
        # In float32, as openai-whisper does it.
        return functional.layer_norm(states.float(), self._shape, self._weight, self._bias).to(states.dtype)


def _behind(norm: Any, numbers: Numbers, *parts: _Linear) -> tuple[_Norm, _Product]:
    """A norm with the product that reads it."""
    eased = _eased(norm, [weight for weight, _ in parts]) if numbers == "int8" else None
    return _Norm(norm, eased), _product(parts, numbers, eased)


def _eased(norm: Any, weights: Sequence[torch.Tensor]) -> torch.Tensor:
    """How much of each state a norm leaves to the weights behind it, so that neither has values far above its others.

    One large value makes the steps of all others coarse. The norm itself says how large its states become, so that
    nothing has to be measured (SmoothQuant, Xiao et al. 2023, with half to each side).
    """
    largest = (3 * norm.weight.detach().abs() + norm.bias.detach().abs()).float().clamp_(min=1e-6)
    heaviest = torch.stack([torch.maximum(part.amax(0), -part.amin(0)) for part in map(torch.detach, weights)]).amax(0)
    share: torch.Tensor = (largest / heaviest.float().clamp_(min=1e-6)).sqrt_()
    return share.div_(share.log().mean().exp())


def _fused(numbers: Numbers, *parts: Any) -> _Product:
    return _product([(part.weight, part.bias) for part in parts], numbers)


def _product(parts: Sequence[_Linear], numbers: Numbers, eased: torch.Tensor | None = None) -> _Product:
    """One product for linear layers that read the same; where one has a bias, the others' is zero."""
    kind = type_of(numbers)
    bias = None
    if any(part is not None for _, part in parts):
        bias = torch.cat(
            [
                torch.zeros_like(weight[:, 0], dtype=kind) if part is None else _copied(part, kind)
                for weight, part in parts
            ]
        )
    weights = [weight.detach() for weight, _ in parts]
    if numbers == "int8":
        return _product_in_int8(weights, bias, eased)
    weight = torch.cat([part.to(kind) for part in weights])
    return lambda states: functional.linear(states, weight, bias)


def _copied(stored: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    """A tensor of our own: what is stored may lie in a file."""
    return stored.detach().to(kind, copy=True)


def _product_in_int8(
    weights: Sequence[torch.Tensor], bias: torch.Tensor | None, eased: torch.Tensor | None
) -> _Product:
    """One scale per row of the weights, and one per row of what is multiplied with them, rounded as it comes.

    torch's own dynamic product has one scale for all rows together, so that what a window says would depend on the
    windows beside it. Here each row becomes steps from its least value on; a zero stays exactly zero, because most of
    what a layer thinks is nearly that, and the same small error in all of it would add up.
    """
    # A part at a time: as float32 the vocabulary alone would need more memory than the whole decoder.
    parts = [_rounded(part, eased) for weight in weights for part in torch.split(weight, _ROWS_AT_ONCE)]
    whole, scales, sums = (torch.cat(one) for one in zip(*parts, strict=True))
    with warnings.catch_warnings():
        # torch announces that quantised tensors will go; the product itself stays, and the self-test falls back.
        warnings.simplefilter("ignore")
        zeros = torch.zeros_like(scales, dtype=torch.long)
        quantised = torch._make_per_channel_quantized_tensor(whole, scales, zeros, 0)  # noqa: SLF001  No public name.
        packed = torch.ops.quantized.linear_prepack(quantised, None)
    # Without the newer instruction sums of two products overflow 16 bits, so one bit less is used.
    most = 255 if torch.cpu._is_vnni_supported() else 127  # noqa: SLF001  torch has no public name for it.
    multiply = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32

    def product(states: torch.Tensor) -> torch.Tensor:
        # Two passes: `aminmax` needs three times as long.
        least = states.amin(-1, keepdim=True)
        step = (states.amax(-1, keepdim=True) - least).div_(most).clamp_(min=_SMALLEST)
        zero = (least / step).round_()
        result: torch.Tensor = multiply(torch.addcdiv(-zero, states, step), 1.0, 0, packed)
        result = result.addcmul_(zero, sums)
        return result.mul_(step) if bias is None else torch.addcmul(bias, result, step)

    return product


def _rounded(weight: torch.Tensor, eased: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Whole numbers of −127 … 127, the scale of each row, and its sum."""
    exact = weight.float() if eased is None else weight * eased
    scales = exact.abs().amax(1).clamp_(min=1e-8) / 127
    steps = (exact / scales[:, None]).round_()
    return steps.to(torch.int8), scales, steps.sum(1) * scales
