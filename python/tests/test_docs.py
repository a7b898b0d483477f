"""The examples in the docstrings do what they say."""

import doctest
import inspect

import pytest

import concerted


def documented():
    for name in concerted.__all__:
        thing = getattr(concerted, name)
        yield name, thing
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_"):
                    yield f"{name}.{member}", value


EXAMPLES = {
    name: doctest.DocTestParser().get_doctest(
        inspect.cleandoc(thing.__doc__ or ""), {"concerted": concerted}, name, None, None
    )
    for name, thing in documented()
    if not isinstance(thing, str)
}


def test_everything_public_says_what_it_is():
    silent = [name for name, thing in documented() if not (thing.__doc__ or "").strip()]
    assert silent == []


def test_each_way_to_a_case_shows_an_example():
    for name in ["investigate", "open", "demo", "Table", "Case.summary", "Case.network"]:
        assert EXAMPLES[name].examples, name


@pytest.mark.parametrize("name", [name for name, test in EXAMPLES.items() if test.examples])
def test_an_example_does_what_it_says(name, tmp_path):
    test = EXAMPLES[name]
    test.globs["folder"] = str(tmp_path)
    results = doctest.DocTestRunner(verbose=False).run(test)
    assert results.failed == 0
