"""The API reference as one page without scripts, from the OpenAPI document.

Shape   A section a tag, in it one an operation: what it needs, takes and answers, with links to the
        schemas, which stand at the end. Everything is escaped; the style is a file of its own, so
        that the page needs no exception from the content security policy.
"""
import hashlib
import html
import json

METHODS = ("get", "put", "post", "patch", "delete")

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: CanvasText; background: Canvas; }
a { color: var(--link); }
@supports not (color: light-dark(red, blue)) {
  :root { --link: #0b57d0; }
  @media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; } }
}
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: Canvas; padding: .5rem; }
.frame { display: grid; grid-template-columns: 19rem minmax(0, 1fr); max-width: 84rem; margin: auto; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; font-size: .9rem;
  border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0 0 .75rem; }
nav li { padding: .1rem 0; overflow-wrap: anywhere; }
nav h2 { font-size: 1rem; margin: .5rem 0 .25rem; }
main { padding: 1rem 2rem 6rem; }
@media (max-width: 60rem) { .frame { display: block; } nav { position: static; height: auto; }
  main { padding: 1rem; } }
article { border-top: 1px solid var(--line); padding: .75rem 0 1rem; scroll-margin-top: .5rem; }
h3 { margin: .25rem 0; font-size: 1.1rem; overflow-wrap: anywhere; }
h4 { margin: .75rem 0 .25rem; }
code { font: .875em/1.5 ui-monospace, monospace; background: var(--soft); padding: .1em .3em;
  border-radius: .25em; overflow-wrap: anywhere; }
.method { font: 700 .8rem ui-monospace, monospace; border: 1px solid; border-radius: .3em;
  padding: .1em .45em; margin-right: .4em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid var(--line); }
""".lstrip()


def text(value):
    return html.escape(str(value))


def resolve(document, node):
    while "$ref" in node:
        at = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


def form(schema):
    """What a schema asks for, in a few words; named ones as links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#schema-{text(name)}">{text(name)}</a>'
    for word, between in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
        if word in schema:
            return between.join(form(branch) for branch in schema[word])
    if "const" in schema:
        return f"<code>{text(json.dumps(schema['const']))}</code>"
    if "enum" in schema:
        return " or ".join(f"<code>{text(json.dumps(value))}</code>" for value in schema["enum"])
    kinds = schema.get("type", "anything")
    if kinds == "array":
        return "list of " + form(schema.get("items", {}))
    words = " or ".join(kinds) if isinstance(kinds, list) else kinds
    limits = [f"{name} {schema[key]}" for key, name in
              (("format", ""), ("minimum", "from"), ("maximum", "up to"), ("minLength", "from length"),
               ("maxLength", "up to length"), ("pattern", "like"), ("default", "default"))
              if key in schema]
    return text(", ".join([words, *(limit.strip() for limit in limits)]))


def table(caption, heads, rows):
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (f"<h4>{text(caption)}</h4>"
            f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def member_rows(document, schema, prefix=""):
    """The members of an object, those of objects inside it below their own."""
    rows = []
    for name, member in schema.get("properties", {}).items():
        needed = "yes" if name in schema.get("required", []) else "no"
        rows.append([f"<code>{text(prefix + name)}</code>", form(member), needed,
                     text(member.get("description", ""))])
        inner, inside = member, prefix + name + "."
        if inner.get("type") == "array" and "$ref" not in inner.get("items", {}):
            inner, inside = inner.get("items", {}), prefix + name + "[]."
        if "properties" in inner:
            rows += member_rows(document, inner, inside)
    return rows


def content_forms(node):
    return ", ".join(f"{text(kind)}: {form(content.get('schema', {}))}"
                     for kind, content in node.get("content", {}).items())


def operation(document, path, item, method):
    node = item[method]
    name = node["operationId"]
    callers = [" and ".join(entry) or "anybody" for entry in node.get("security", [])] or ["anybody"]
    out = [f'<article id="{text(name)}"><h3><span class="method">{method.upper()}</span>'
           f'<code>{text(path)}</code></h3><p><strong>{text(node["summary"])}.</strong>'
           f' {text(node.get("description", ""))}</p><p>Callers: {text(", ".join(callers))}.</p>']
    parameters = [resolve(document, parameter)
                  for parameter in item.get("parameters", []) + node.get("parameters", [])]
    out.append(table("Parameters", ("Name", "In", "Form", "Description"), [
        [f"<code>{text(p['name'])}</code>", text(p["in"]), form(p["schema"]),
         text(p.get("description", ""))] for p in parameters]))
    if "requestBody" in node:
        out.append(f"<h4>Body</h4><p>{content_forms(resolve(document, node['requestBody']))}</p>")
    answers = {status: resolve(document, answer) for status, answer in node["responses"].items()}
    out.append(table("Answers", ("Status", "When", "Body"), [
        [text(status), text(answer.get("description", "")), content_forms(answer)]
        for status, answer in answers.items()]))
    out.append("</article>")
    return "".join(out)


def schema_article(document, name, schema):
    rows = member_rows(document, schema)
    shown = table(f"Members of {name}", ("Name", "Form", "Required", "Description"), rows)
    return (f'<article id="schema-{text(name)}"><h3>{text(name)}</h3>'
            f'<p>{text(schema.get("description", ""))}</p>'
            + (shown or f"<p>{form(schema)}</p>") + "</article>")


def render(document, style_file):
    by_tag = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                by_tag[item[method]["tags"][0]].append((path, item, method))
    menu, sections = [], []
    for tag, operations in by_tag.items():
        menu.append(f"<h2>{text(tag)}</h2><ul>" + "".join(
            f'<li><a href="#{text(item[method]["operationId"])}">{method.upper()} {text(path)}</a></li>'
            for path, item, method in operations) + "</ul>")
        sections.append(f"<section><h2>{text(tag)}</h2>" + "".join(
            operation(document, *each) for each in operations) + "</section>")
    schemas = "".join(schema_article(document, name, schema)
                      for name, schema in document["components"]["schemas"].items())
    callers = table("Callers", ("Name", "Proof"), [
        [f"<code>{text(name)}</code>", text(scheme.get("description", ""))]
        for name, scheme in document["components"]["securitySchemes"].items()])
    info = document["info"]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(info["title"])} API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/{style_file}">
</head>
<body>
<a class="skip" href="#content">Skip to the reference</a>
<div class="frame">
<nav aria-label="Calls">{"".join(menu)}<h2><a href="#schemas">Schemas</a></h2></nav>
<main id="content">
<h1>{text(info["title"])} API</h1>
<p>{text(info["summary"])}. {text(info["description"])}</p>
<p>As a file: <a href="/api/v1/openapi.json">OpenAPI {text(document["openapi"])}</a>.</p>
{callers}
{"".join(sections)}
<section id="schemas"><h2>Schemas</h2>{schemas}</section>
</main>
</div>
</body>
</html>
"""


def write(openapi_file, folder):
    document = json.loads(openapi_file.read_text(encoding="utf-8"))
    assets = folder / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    style_file = f"docs-{hashlib.sha256(STYLE.encode()).hexdigest()[:8]}.css"
    for old in assets.glob("*.css"):
        if old.name != style_file:
            old.unlink()
    (assets / style_file).write_text(STYLE)
    (folder / "index.html").write_text(render(document, style_file), encoding="utf-8")
