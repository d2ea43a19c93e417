"""What the drawing of a form needs to know: which texts a control is tied to, and where its errors lead."""


def field_facts(bound, hint: str = "") -> dict:
    """The parts of a bound field; its hint and error are tied to the control, or to the group of a choice."""
    grouped = bound.use_fieldset
    hint = hint or bound.help_text
    tied = [f"{bound.auto_id}_helptext"] if hint else []
    tied += [f"{bound.auto_id}_error"] if bound.errors else []
    boxes = (
        [{"control": box.tag, "id": box.id_for_label, "label": box.choice_label} for box in bound] if grouped else []
    )
    attrs = {"aria-describedby": " ".join(tied)} if tied and not boxes else {}
    return {
        "bound": bound,
        "control": "" if boxes else bound.as_widget(attrs=attrs),
        "boxes": boxes,
        "hint": hint,
        "tied": " ".join(tied),
        "single": getattr(bound.field.widget, "input_type", "") == "checkbox" and not boxes,
        "optional": not bound.field.required and not bound.field.disabled,
    }


def errors_of(forms) -> list[dict]:
    """Every error of the forms: its words, the label and the id of the control it belongs to, if any."""
    found = []
    for form in forms:
        found += [{"to": "", "label": "", "words": words} for words in form.non_field_errors()]
        for bound in form:
            to = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
            label = "" if bound.is_hidden else bound.label
            found += [{"to": "" if bound.is_hidden else to, "label": label, "words": words} for words in bound.errors]
    return found
