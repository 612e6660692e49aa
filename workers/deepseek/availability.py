"""Whether the libraries that a model needs are there, in versions that work."""

from importlib import metadata

from reviewbot.errors import ConfigError

MIN_TRANSFORMERS = (5, 22)
"""Before it, DeepSeek Coder's tokenizers lose white space: https://github.com/huggingface/transformers/issues/46489"""


def check_libraries() -> None:
    """Refuse to go on without torch, or with a transformers that is too old.

    Raises:
        ConfigError: so it is.
    """
    versions = {}
    for name in ("torch", "transformers", "safetensors"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            raise ConfigError(f"{name} is not installed. A model needs it: pip install 'reviewbot[model]'.") from None
    check_transformers(versions["transformers"])


def check_transformers(version: str) -> None:
    """Refuse a version of transformers that spoils prompts.

    Raises:
        ConfigError: it does.
    """
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < MIN_TRANSFORMERS:
        wanted = ".".join(map(str, MIN_TRANSFORMERS))
        raise ConfigError(
            f"transformers {version} loses white space in DeepSeek Coder's prompts. Install {wanted} or later."
        )
