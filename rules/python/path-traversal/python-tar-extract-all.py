import tarfile

with tarfile.open("sent.tar") as archive:
    # ruleid: python-tar-extract-all
    archive.extractall("/srv/files")

other = tarfile.open("sent.tar")
# ruleid: python-tar-extract-all
other.extractall()

with tarfile.open("sent.tar") as archive:
    # ok: python-tar-extract-all
    archive.extractall("/srv/files", filter="data")
    # ok: python-tar-extract-all
    archive.extractall("/srv/files", members=checked(archive))
