"""The command `tune` and its options. Only click is imported here, as in `interface`."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--model", required=True, help="The model: a folder, or an id of the Hugging Face hub.")
@click.option("--revision", default="", help="The commit of an id of the hub.")
@click.option(
    "--clone",
    "clones",
    metavar="OWNER/NAME=FOLDER",
    multiple=True,
    required=True,
    help="A clone of a repository that was reviewed. Can be given several times.",
)
@click.option("--at", metavar="REF", default="HEAD", show_default=True, help="Learn from what stands there now.")
@click.option("--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@click.option("--passes", type=click.IntRange(1, 100), default=3, show_default=True, help="Passes over the examples.")
@click.option("--rank", type=click.IntRange(1, 256), default=8, show_default=True, help="Rank of the adapter.")
@click.option("--rate", type=float, default=2e-4, show_default=True, help="Learning rate.")
@click.option("--device", default="", help="cpu, cuda or cuda:1.  [default: a GPU where there is one]")
@click.option("--examples-only", is_flag=True, help="Write the training file, and train nothing.")
def tune(**options: Any) -> int:
    """Train a LoRA adapter on what people made of findings that earlier reviews had.

    The database (REVIEWBOT_DATABASE_URL) says what was found; it holds no code, so that is read from your clones.
    REVIEWBOT_TUNE_CONSENT names the repositories and owners whose code may be used.
    """
    try:
        from reviewbot.cli.tune import TuneOptions, run_tune
    except ModuleNotFoundError as error:
        raise click.UsageError(f"`reviewbot tune` needs {error.name}. Install reviewbot[app,model].") from None
    return run_tune(TuneOptions(**options))
