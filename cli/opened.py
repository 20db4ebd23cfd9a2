"""The installation that a command works on."""

import typer

from backend import schema_version
from backend.installation import Installation
from backend.settings import get_settings


def open_installation() -> Installation:
    """Opens the installation that the settings name; ends the command, saying why, where its database is not this code's."""
    facet = Installation(get_settings())
    try:
        schema_version.check(facet.db.engine)
    except schema_version.SchemaOutdated as error:
        facet.close()
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    return facet
