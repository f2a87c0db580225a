"""Type size, colours and keys: the visitor's own choice."""

from flask import Blueprint, render_template

blueprint = Blueprint("appearance", __name__)


@blueprint.get("/view")
def view() -> str:
    """The form; what is chosen is kept in a cookie by `web.appearance`."""
    return render_template("view.html")
