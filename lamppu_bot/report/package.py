"""Word and Excel files as what they are, zip archives: read with care, written so that equal content is equal bytes."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

LARGEST_UNPACKED = 50_000_000
"""Bytes of all members together: far above any form, far below what would fill a small machine's memory."""

_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The members by name. Raises BadZipFile for what is no archive or unpacks to more than LARGEST_UNPACKED."""
    with ZipFile(BytesIO(archive)) as file:
        if sum(member.file_size for member in file.infolist()) > LARGEST_UNPACKED:
            raise BadZipFile("the archive unpacks to too much")
        return {member.filename: file.read(member) for member in file.infolist() if not member.is_dir()}


def pack(members: Mapping[str, bytes]) -> bytes:
    """An archive of the members in their order, without the time of writing."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            member = ZipInfo(name, _START_OF_ZIP_TIME)
            member.compress_type = ZIP_DEFLATED
            file.writestr(member, content)
    return target.getvalue()


def packed(archive: bytes) -> bytes:
    """The same archive without the time of writing."""
    return pack(unpacked(archive))
