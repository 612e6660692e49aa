import os
import tarfile

with tarfile.open("sent.tar") as archive:
    for member in archive:
        # ruleid: python-tar-extract-member
        archive.extract(member, "/srv/files")


def unpack(name, folder):
    sent = tarfile.open(name)
    for member in sent.getmembers():
        print(member.name)
        # ruleid: python-tar-extract-member
        sent.extract(member, path=folder)


def unpack_filtered(name, folder):
    with tarfile.open(name) as sent:
        for member in sent:
            # ok: python-tar-extract-member
            sent.extract(member, folder, filter="data")


def unpack_checked(name, folder):
    with tarfile.open(name) as sent:
        for member in sent:
            path = os.path.realpath(os.path.join(folder, member.name))
            if not path.startswith(os.path.realpath(folder) + os.sep):
                raise ValueError(member.name)
            # ok: python-tar-extract-member
            sent.extract(member, folder)


def unpack_files(name, folder):
    with tarfile.open(name) as sent:
        for member in sent:
            if member.isfile() and ".." not in member.name and not os.path.isabs(member.name):
                # ok: python-tar-extract-member
                sent.extract(member, folder)
