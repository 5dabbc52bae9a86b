"""A small validator for the part of JSON Schema 2020-12 that our OpenAPI document uses.

A keyword it does not know is an error: nothing in the document may go unchecked in silence.
"""
import json
import re

ANNOTATIONS = {"description", "format", "default", "title"}
TYPES = {
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}


def resolve(document, node):
    """What a `$ref` leads to, however many there are; any other node as it is."""
    while "$ref" in node:
        at = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step.replace("~1", "/").replace("~0", "~")]
        node = at
    return node


def problems(document, schema, value, where="$"):
    """What is wrong with `value`, a sentence each."""
    schema = resolve(document, schema)
    out = []
    for keyword, wanted in schema.items():
        if keyword in ANNOTATIONS:
            continue
        check = KEYWORDS.get(keyword)
        if check is None:
            raise ValueError(f"{where}: the validator does not know the keyword {keyword}")
        out += check(document, schema, wanted, value, where)
    return out


def _type(document, schema, wanted, value, where):
    names = wanted if isinstance(wanted, list) else [wanted]
    if any(TYPES[name](value) for name in names):
        return []
    return [f"{where} is {json.dumps(value)[:80]}, not {' or '.join(names)}"]


def _properties(document, schema, wanted, value, where):
    if not isinstance(value, dict):
        return []
    return [problem for name, inner in wanted.items() if name in value
            for problem in problems(document, inner, value[name], f"{where}.{name}")]


def _required(document, schema, wanted, value, where):
    if not isinstance(value, dict):
        return []
    return [f"{where}.{name} is missing" for name in wanted if name not in value]


def _additional(document, schema, wanted, value, where):
    if wanted is not False:
        raise ValueError(f"{where}: additionalProperties can only be false here")
    if not isinstance(value, dict):
        return []
    return [f"{where}.{name} is not declared" for name in value
            if name not in schema.get("properties", {})]


def _items(document, schema, wanted, value, where):
    if not isinstance(value, list):
        return []
    return [problem for i, item in enumerate(value)
            for problem in problems(document, wanted, item, f"{where}[{i}]")]


def _count_matching(document, branches, value, where):
    return sum(not problems(document, branch, value, where) for branch in branches)


def _one_of(document, schema, wanted, value, where):
    n = _count_matching(document, wanted, value, where)
    return [] if n == 1 else [f"{where} fits {n} of the forms it may have, not one"]


def _any_of(document, schema, wanted, value, where):
    return [] if _count_matching(document, wanted, value, where) else [f"{where} fits no form"]


def _all_of(document, schema, wanted, value, where):
    return [problem for branch in wanted for problem in problems(document, branch, value, where)]


def _rule(types, holds, says):
    """A keyword that binds values of some types only."""
    def check(document, schema, wanted, value, where):
        if not isinstance(value, types) or isinstance(value, bool) or holds(value, wanted):
            return []
        return [f"{where} is {json.dumps(value)[:80]}, {says} {wanted}"]
    return check


KEYWORDS = {
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "items": _items,
    "oneOf": _one_of,
    "anyOf": _any_of,
    "allOf": _all_of,
    "enum": lambda d, s, wanted, value, where:
        [] if value in wanted else [f"{where} is {json.dumps(value)}, none of {wanted}"],
    "const": lambda d, s, wanted, value, where:
        [] if value == wanted else [f"{where} is {json.dumps(value)}, not {wanted}"],
    "pattern": _rule(str, lambda v, w: re.search(w, v) is not None, "not like"),
    "minLength": _rule(str, lambda v, w: len(v) >= w, "shorter than"),
    "maxLength": _rule(str, lambda v, w: len(v) <= w, "longer than"),
    "minimum": _rule((int, float), lambda v, w: v >= w, "below"),
    "maximum": _rule((int, float), lambda v, w: v <= w, "above"),
    "maxItems": _rule(list, lambda v, w: len(v) <= w, "more items than"),
}
