"""Archives with anything in them: links, devices, two members of one name."""

import io
import tarfile
import warnings
import zipfile


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes], comment: bytes = b"") -> bytes:
    """A zip archive of these members, in this order."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two members of one name are wanted
        archive.comment = comment
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def zip_link(name: str) -> zipfile.ZipInfo:
    """A zip member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def tarred(*members: tuple[str | tarfile.TarInfo, bytes], pax: bool = True) -> bytes:
    """A tar archive of these members."""
    out = io.BytesIO()
    kind = tarfile.PAX_FORMAT if pax else tarfile.GNU_FORMAT
    with tarfile.TarFile(fileobj=out, mode="w", format=kind) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def header(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    """The header of a tar member of any type."""
    info = tarfile.TarInfo(name)
    info.type = kind
    for field, value in fields.items():
        setattr(info, field, value)
    return info
