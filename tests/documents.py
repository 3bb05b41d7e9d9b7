"""Writes the pages of the manual that are made from schemas and samples: `python -m tests.documents`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.diagnostics.codes import MEANINGS
from engine.diagnostics.render import render_text
from engine.shipped import shipped
from tests.guarantees_page import PATH as GUARANTEES
from tests.guarantees_page import guarantees_page
from tests.modules import ROOT
from tests.reasons_manual import PATH, page
from tests.samples import CODES, OFFICE, PORTAL, Sample
from tests.wrong_files import SAMPLES

MADE = "<!-- Made by `make docs`; do not edit. -->"

DIAGNOSTICS = f"""\
{MADE}

# Diagnostics

`tieline check` and every command that reads rule, connector or settings files tell what is wrong in this form: a code,
one line on the fault, the place, and where possible what to do. `--format json`, `sarif` and `github` give the same
facts to programs. An error stops the command with exit code 1; a warning does not. Each code stands here with a file
that has the fault, what is said of it, and the lines that put it right; all of them are checked by the tests. The
examples about rules use two small systems, which stand at the end of this page.
"""

SETTINGS = f"""\
{MADE}

# Settings of a workspace

A workspace is a folder with a file `tieline.yaml`. These are its keys. A switch is `on` or `off`. Keys that are not
listed are faults, but for the secrets of a system. `tieline check` finds what is wrong; `tieline init DIR` writes a
first file. This is a whole one:
"""

CONNECTORS = """\
## The systems of the examples

`connectors/office.yaml`:

```yaml
{office}```

`connectors/portal.yaml`:

```yaml
{portal}```

Tables of codes beside the mapping:

{codes}
"""


def pages() -> Mapping[str, str]:
    """Every generated page: its path below the project, and its text."""
    return {
        "docs/diagnostics.md": diagnostics_page(),
        "docs/settings.md": settings_page(),
        GUARANTEES: guarantees_page(),
        PATH: page(),
    }


def diagnostics_page() -> str:
    """Each code with its meaning and, where one can be shown, a file that has the fault and what is said of it."""
    parts = [DIAGNOSTICS, *(_code(code, meaning) for code, meaning in MEANINGS.items())]
    codes = "\n\n".join(f"`{name}`:\n\n```csv\n{text}```" for name, text in CODES.items())
    return "\n".join([*parts, CONNECTORS.format(office=OFFICE, portal=PORTAL, codes=codes)])


def _code(code: str, meaning: str) -> str:
    lines = [f"## `{code}`", "", meaning, ""]
    sample = SAMPLES.get(code)
    if sample is not None:
        if sample.shown:
            lines += ["```yaml", sample.text.rstrip("\n"), "```", ""]
        lines += ["```text", _told(sample), "```", ""]
        if sample.shown:
            lines += [*_put_right(sample), ""]
    return "\n".join(lines)


def _put_right(sample: Sample) -> list[str]:
    """The lines that are new in the good file, or what became of the lines that had to go."""
    before, after = sample.text.splitlines(), sample.good.splitlines()
    new = [line for line in after if line not in before]
    if not new:
        return ["Put right by taking out:", "", "```yaml", *(line for line in before if line not in after), "```"]
    return ["Put right:", "", "```yaml", *new, "```"]


def _told(sample: Sample) -> str:
    return render_text(sample.diagnostics()).rstrip("\n")


# --- settings --------------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Each key of `tieline.yaml`, from its schema, under the example that ships."""
    schema = json.loads(shipped("schemas/settings.v1.json").read_text(encoding="utf-8"))
    example = shipped("mappings/tieline.example.yaml").read_text(encoding="utf-8")
    parts = [SETTINGS, f"```yaml\n{example}```\n"]
    parts += [_table(path, part) for path, part in _mappings("", schema, schema)]
    return "\n".join(parts)


def _mappings(path: str, part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each mapping of the file with its rows, outer ones first."""
    rows: list[str] = []
    below: list[tuple[str, Mapping[str, Any]]] = []
    for name, written in part.get("properties", {}).items():
        about = _resolved(written, schema)
        must = name in part.get("required", ())
        rows.append(_row(f"{path}{name}", about, must=must))
        below.append((f"{path}{name}.", about))
    more = _more(part, schema)
    if more is not None and "properties" not in more:
        rows.append(_row(f"{path}NAME", more, must=False))
    elif more is not None:
        below.append((f"{path}NAME.", more))
    if rows:
        yield path, rows
    for inner, about in below:
        yield from _mappings(inner, about, schema)


def _more(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the keys hold that the schema does not list."""
    more = part.get("additionalProperties")
    return _resolved(more, schema) if isinstance(more, dict) else None


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part with what it refers to; its own words come first."""
    found: Mapping[str, Any] = part
    for reference in [part, *part.get("allOf", ())]:
        if "$ref" in reference:
            found = schema["definitions"][reference["$ref"].removeprefix("#/definitions/")] | found
    return found


def _row(name: str, about: Mapping[str, Any], *, must: bool) -> str:
    default = "must be there" if must else _value(about["default"]) if "default" in about else ""
    examples = ", ".join(_value(one) for one in about.get("examples", ()))
    return f"| `{name}` | {about['description']} | {default} | {examples} |"


def _value(value: object) -> str:
    """A value as one writes it in a flow of YAML."""
    return f"`{_flow(value)}`"


def _flow(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {_flow(part)}" for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(part) for part in value) + "]"
    return str(value)


def _table(path: str, rows: list[str]) -> str:
    title = f"Under `{path.removesuffix('.')}`" if path else "At the top"
    return "\n".join([f"## {title}", "", "| key | means | default | for example |", "|---|---|---|---|", *rows, ""])


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
