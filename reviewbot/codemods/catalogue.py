"""Which of Bandit's checks have a rewrite, and the sentence that says what it does."""

from dataclasses import dataclass

from reviewbot.codemods import crypto, files, parsing, shell, sql, web
from reviewbot.codemods.flagged import Rewrite, Target, rewrite_flagged
from reviewbot.codemods.target import function, method
from reviewbot.finding import Region


@dataclass(frozen=True, slots=True)
class Codemod:
    """One rewrite. `rationale` is one sentence for the reader of a suggestion."""

    target: Target
    rewrite: Rewrite
    rationale: str

    def __call__(self, text: str, region: Region) -> str | None:
        """Return `text` with only the call at `region` rewritten and the imports that it needs added.

        None if the call cannot be found, or if it is not certain what it does. Never raises.
        """
        return rewrite_flagged(text, region, self.target, self.rewrite)


_LIST = "Passes the arguments as a list, so no shell reads them."
_XML = "Reads the XML with defusedxml, which refuses entity bombs and external entities."
_SHA256 = "Uses SHA-256, for which no collisions are known; digests that are stored already do not match any more."

CODEMODS = {
    "B103": Codemod(method("chmod", "fchmod", "lchmod"), files.owner_only, "Leaves the file to its owner alone."),
    "B113": Codemod(
        function(*web.REQUESTS),
        web.timeout,
        f"Gives up after {web.TIMEOUT_SECONDS} seconds instead of waiting for ever.",
    ),
    "B201": Codemod(method("run"), web.no_debugger, "Keeps Werkzeug's debugger, which runs code, off the network."),
    "B202": Codemod(
        method("extractall"), files.data_filter, "Refuses members of the archive that would land outside the target."
    ),
    "B303": Codemod(function(*crypto.WEAK_DIGESTS), crypto.sha256_digest, _SHA256),
    "B306": Codemod(
        function("tempfile.mktemp"),
        files.named_temporary_file,
        "Creates the file at once, so nobody else can create one of that name first.",
    ),
    "B307": Codemod(
        function("eval"),
        parsing.literal_eval,
        "Reads a Python literal and refuses anything else, instead of running it.",
    ),
    "B311": Codemod(
        function(*crypto.RANDOM),
        crypto.system_random,
        "Takes the numbers from the operating system, so they cannot be predicted.",
    ),
    "B313": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B314": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B316": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B317": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B318": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B319": Codemod(function(*parsing.XML), parsing.defused, _XML),
    "B323": Codemod(
        function("ssl._create_unverified_context"),
        crypto.verified_context,
        "Checks the server's certificate and its host name.",
    ),
    "B324": Codemod(function(*crypto.WEAK_HASHES), crypto.sha256, _SHA256),
    "B501": Codemod(
        function(*web.REQUESTS), web.verify_certificates, "Checks the server's certificate, as is the default."
    ),
    "B506": Codemod(
        function("yaml.load"),
        parsing.safe_load,
        "Reads plain data only, so the YAML cannot create objects of its choice.",
    ),
    "B507": Codemod(
        method("set_missing_host_key_policy"),
        crypto.reject_unknown_hosts,
        "Refuses servers whose key is not known, instead of trusting whoever answers.",
    ),
    "B602": Codemod(function(*shell.SUBPROCESS), shell.run_list, _LIST),
    "B605": Codemod(function("os.system"), shell.system_list, _LIST),
    "B608": Codemod(
        method("execute"), sql.parameters, "Passes the values as parameters, so the database never reads them as SQL."
    ),
    "B614": Codemod(
        function("torch.load", "torch.serialization.load"),
        parsing.weights_only,
        "Loads tensors only, so the file cannot run code.",
    ),
    "B701": Codemod(
        function("jinja2.Environment", "jinja2.environment.Environment"),
        web.select_autoescape,
        "Escapes values in HTML and XML templates.",
    ),
}
"""By the id of the check."""
