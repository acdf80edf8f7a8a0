"""Judges bundles by models of FHIR R5 that are not ours.

    validate.py FOLDER

Every `*.json` in FOLDER has to be a document bundle that the models of fhir.resources read, and beyond what they check:
codes are those that the models name, whatever is referred to is in the bundle, narratives are XHTML with the elements that
FHIR allows. Then a good bundle is spoilt in a dozen ways, and each has to be refused: a check that cannot fail is none.
Prints what is wrong, and at the end how many passed.
"""

import copy
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

from fhir.resources.bundle import Bundle
from pydantic import BaseModel, ValidationError

XHTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = set(
    "div h1 h2 h3 h4 h5 h6 p br hr b i sup sub code pre blockquote ul ol li table thead tbody tr th td a span".split()
)
ATTRIBUTES = {"lang", "{http://www.w3.org/XML/1998/namespace}lang", "href", "style", "colspan", "rowspan"}
LINK = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
# Elements of a resource that name another one by its canonical URL.
CANONICAL = {"subjectCanonical"}


class Invalid(Exception):
    """What is wrong with a bundle."""


def judge(text):
    """Raises Invalid unless `text` is a bundle as it should be."""
    try:
        bundle = Bundle.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    codes(bundle, "Bundle")
    data = json.loads(text)
    document(data)
    references(data)
    for path, value in everything(data, "Bundle"):
        if isinstance(value, dict) and "div" in value:
            narrative(value["div"], path)
        if value in (None, "", [], {}):
            raise Invalid(f"{path} is empty")


def codes(model, path):
    """Codes with a required value set are in it; the models know these sets and do not insist on them."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name, None)
        allowed = (field.json_schema_extra or {}).get("enum_values")
        for each in value if isinstance(value, list) else [value]:
            if allowed and isinstance(each, str) and each not in allowed:
                raise Invalid(f"{path}.{name}: {each} is none of {', '.join(allowed)}")
            if isinstance(each, BaseModel):
                codes(each, f"{path}.{name}")


def document(data):
    """The invariants of a bundle of type document (bdl-9 to bdl-12)."""
    if data.get("type") != "document":
        raise Invalid("Bundle.type is not document")
    identifier = data.get("identifier", {})
    if not identifier.get("system") or not identifier.get("value"):
        raise Invalid("Bundle.identifier has no system or no value")
    if "timestamp" not in data:
        raise Invalid("Bundle.timestamp is missing")
    first = data.get("entry", [{}])[0].get("resource", {})
    if first.get("resourceType") != "Composition":
        raise Invalid("the first resource is no Composition")
    for section in first.get("section", []):
        if not {"text", "entry", "section"} & section.keys():
            raise Invalid("a section has neither text nor entries (cmp-1)")


def references(data):
    names = [entry["fullUrl"] for entry in data["entry"]]
    if len(names) != len(set(names)):
        raise Invalid("two entries have one fullUrl")
    for entry in data["entry"]:
        if entry["fullUrl"] != f"urn:uuid:{entry['resource'].get('id')}":
            raise Invalid(f"{entry['fullUrl']} is not the id of its resource")
    reached = {names[0]}
    for path, value in everything(data, "Bundle"):
        if not isinstance(value, dict):
            continue
        for key in CANONICAL & value.keys():
            reached.add(value[key])
        if "reference" in value:
            reached.add(value["reference"])
        elif path.endswith(("author", "party", "contributor", "publisher")) and not value.keys() & {"display", "identifier"}:
            raise Invalid(f"{path} refers to nothing (ref-2)")
    if dangling := reached - set(names):
        raise Invalid(f"not in the bundle: {', '.join(sorted(dangling))}")
    if lost := set(names) - reached:
        raise Invalid(f"nothing refers to {', '.join(sorted(lost))}")


def narrative(div, path):
    try:
        root = ElementTree.fromstring(div)
    except ElementTree.ParseError as error:
        raise Invalid(f"{path}.div is no XML: {error}") from None
    if root.tag != f"{XHTML}div":
        raise Invalid(f"{path}.div is no div of XHTML")
    if not "".join(root.itertext()).strip():
        raise Invalid(f"{path}.div says nothing (txt-2)")
    for element in root.iter():
        if element.tag.removeprefix(XHTML) not in ELEMENTS:
            raise Invalid(f"{path}.div has {element.tag} (txt-1)")
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES or (name == "href" and not LINK.match(value)):
                raise Invalid(f"{path}.div has {name}={value} (txt-1)")


def everything(value, path):
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from everything(child, path if isinstance(key, int) else f"{path}.{key}")


def resource(data, kind):
    return next(entry["resource"] for entry in data["entry"] if entry["resource"]["resourceType"] == kind)


def spoilt(good):
    """Bundles that are not as they should be, each with what is wrong with it."""

    def with_change(change):
        data = copy.deepcopy(good)
        change(data)
        return json.dumps(data)

    def put(kind, field, value):
        return with_change(lambda data: resource(data, kind).__setitem__(field, value))

    def div(text):
        narrative = {"status": "generated", "div": text}
        return put("Composition", "text", narrative)

    yield "a composition without a status", with_change(lambda data: resource(data, "Composition").pop("status"))
    yield "a status that there is not", put("PlanDefinition", "status", "published")
    yield "a field that there is not", put("Evidence", "strength", "weak")
    yield "evidence without variables", with_change(lambda data: resource(data, "Evidence").pop("variableDefinition"))
    yield "a list where one is meant", put("Composition", "title", ["Asthma"])
    yield "a date that there is not", put("PlanDefinition", "approvalDate", "2026-02-30")
    yield "an instant without a time", with_change(lambda data: data.__setitem__("timestamp", "2026-11-26"))
    yield "a reference to nothing", put("ArtifactAssessment", "artifactReference", {"reference": "urn:uuid:nothing"})
    yield "a resource that nothing refers to", with_change(lambda data: resource(data, "Composition").pop("section"))
    yield "no identifier", with_change(lambda data: data.pop("identifier"))
    yield "no composition first", with_change(lambda data: data["entry"].reverse())
    yield "an empty list", put("Composition", "attester", [])
    yield "a script", div('<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>')
    yield "an event", div('<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x">x</p></div>')
    yield "a link that runs", div('<div xmlns="http://www.w3.org/1999/xhtml"><a href="javascript:x">x</a></div>')
    yield "marks that are not closed", div('<div xmlns="http://www.w3.org/1999/xhtml"><p>x</div>')
    yield "an empty narrative", div('<div xmlns="http://www.w3.org/1999/xhtml"> </div>')


def main(folder):
    passed = failed = 0
    files = sorted(pathlib.Path(folder).glob("*.json"))
    for file in files:
        try:
            judge(file.read_text(encoding="utf-8"))
            passed += 1
        except Invalid as error:
            print(f"FAILED {file.name}: {error}")
            failed += 1
    if not (pathlib.Path(folder) / "full.json").exists():
        print("FAILED: there is no full.json to be spoilt")
        failed += 1
    else:
        good = json.loads((pathlib.Path(folder) / "full.json").read_text(encoding="utf-8"))
        for what, text in spoilt(good):
            try:
                judge(text)
                print(f"FAILED: {what} was let through")
                failed += 1
            except Invalid as error:
                print(f"refused, as it should be: {what} ({error})")
                passed += 1
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or not files


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
