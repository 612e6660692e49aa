import os
import tempfile
from tempfile import mktemp

# ruleid: python-temp-name
name = tempfile.mktemp(suffix=".csv")
# ruleid: python-temp-name
other = mktemp()
# ruleid: python-temp-name
old = os.tempnam("/var/spool", "job")
# ok: python-temp-name
handle, path = tempfile.mkstemp()
# ok: python-temp-name
folder = tempfile.TemporaryDirectory()
