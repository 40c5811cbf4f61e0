"""Modules that are joined into one file: what runs is the same, and what cannot be joined is refused."""

import pytest

from webapp.endpoints.joining import CannotBeJoined, join

MODULES = {
    "entry.js": 'import { two as second } from "./two.js";\nimport * as one from "./one.js";\n'
    'export const sum = one.one + second;\nconst later = () => import("./late.js");\n',
    "one.js": "let count = 0;\nexport const one = 1;\nexport function next() { count += 1; return count; }\n",
    "two.js": 'import {\n  one,\n  next,\n} from "./one.js";\nexport const two = one + next();\n',
    "late.js": 'import { one } from "./one.js";\nexport class Late {}\n',
    "place.js": "export const place = import.meta.url;\n",
    "circle.js": 'import { other } from "./round.js";\nexport const circle = 1;\n',
    "round.js": 'import { circle } from "./circle.js";\nexport const other = 2;\n',
    "named.js": "const named = 1;\nexport { named };\n",
    "changing.js": "export let changing = 1;\n",
}


def joined(entry: str, also: tuple[str, ...] = ()) -> str:
    return join(entry, MODULES.__getitem__, address="/v/", also=also).text


def test_modules_come_before_those_that_need_them_and_only_once() -> None:
    text = joined("entry.js")

    assert text.count("const $one = ") == 1
    assert text.index("const $one = ") < text.index("const $two = ") < text.index("const $entry = ")
    assert "const { two: second } = $two;" in text
    assert "const one = $one;" in text


def test_module_that_is_loaded_later_comes_from_the_same_place_and_is_there_already_when_it_was_joined() -> None:
    assert 'import("/v/late.js")' in joined("entry.js")
    assert "Promise.resolve($late)" in joined("entry.js", also=("late.js",))


def test_module_knows_its_own_address() -> None:
    assert 'const place = (self.location.origin + "/v/place.js");' in joined("place.js")


def test_stand_in_gives_what_the_joined_script_holds() -> None:
    whole = join("two.js", MODULES.__getitem__, address="/v/")

    assert whole.as_module().endswith("globalThis.cimModules = { $one, $two };\n")
    assert whole.stand_in("one.js") == "export const { one, next } = globalThis.cimModules.$one;\n"


@pytest.mark.parametrize("name", ["circle.js", "named.js", "changing.js"])
def test_what_would_not_be_the_same_joined_is_refused(name: str) -> None:
    with pytest.raises(CannotBeJoined):
        joined(name)
