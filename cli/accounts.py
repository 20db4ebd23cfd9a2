import typer

from backend.accounts.service import find_by_email, hash_password, set_password
from backend.settings import new_secret
from cli.opened import open_installation


def reset_password(email: str) -> None:
    """Prints a new one-time password of a user."""
    facet = open_installation()
    password = new_secret()[:16]
    with facet.db.transaction() as session:
        user = find_by_email(session, email)
        if user is None:
            typer.echo(f"There is no user {email}.", err=True)
            raise typer.Exit(1)
        set_password(session, user.id, hash_password(password), keep_session=None)
        user.must_change_password = True
    typer.echo(f"One-time password of {email}: {password}")
