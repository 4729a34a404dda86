"""Writes the documents as WARC and WET files, by warcio, by FastWARC, and as Common Crawl does.

Each writer gives the records in which newslint has to find the documents: record number → document.
"""

import gzip
import io
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path

import fastwarc.stream_io
import fastwarc.warc
import warcio.archiveiterator
import warcio.statusandheaders
import warcio.warcwriter
import zstandard

from documents import Document

DATE = "2026-05-01T12:00:00Z"

Records = dict[int, Document]
Writer = Callable[[list[Document], Path], Records]


def record_id(document: Document) -> str:
    """A document's WARC-Record-ID without its angle brackets, always the same."""
    return uuid.uuid5(uuid.NAMESPACE_URL, document.url).urn


def headers(document: Document) -> dict[str, str]:
    """The headers of a record that are always the same."""
    return {"WARC-Record-ID": f"<{record_id(document)}>", "WARC-Date": DATE}


def warcio_conversions(is_packed: bool) -> Writer:
    """Conversion records behind a warcinfo record."""

    def write(documents: list[Document], path: Path) -> Records:
        with path.open("wb") as file:
            writer = warcio.warcwriter.WARCWriter(file, gzip=is_packed)
            writer.write_record(writer.create_warcinfo_record(path.name, {"software": "integration test"}))
            for document in documents:
                block = io.BytesIO(document.encoded)
                writer.write_record(
                    writer.create_warc_record(
                        document.url, "conversion", block, warc_content_type="text/plain", warc_headers_dict=headers(document)
                    )
                )
        return dict(enumerate(documents, 2))

    return write


def chunked(body: bytes) -> bytes:
    """A body as servers send it in chunks."""
    chunks = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


# How a server may send a text: headers beside its type, and what it does with the body.
TRANSFERS: list[tuple[list[tuple[str, str]], Callable[[bytes], bytes]]] = [
    ([], bytes),
    ([("Content-Encoding", "gzip")], gzip.compress),
    ([("Transfer-Encoding", "chunked")], chunked),
    ([("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], lambda body: chunked(gzip.compress(body))),
    ([("Content-Encoding", "deflate")], zlib.compress),
]


def warcio_responses(is_packed: bool) -> Writer:
    """Each text as a server's answer of text/plain, between its request and a web page that is not read."""

    def write(documents: list[Document], path: Path) -> Records:
        with path.open("wb") as file:
            writer = warcio.warcwriter.WARCWriter(file, gzip=is_packed)
            for number, document in enumerate(documents):
                more, transfer = TRANSFERS[number % len(TRANSFERS)]
                request = warcio.statusandheaders.StatusAndHeaders("GET / HTTP/1.1", [("Host", "news.example")], is_http_request=True)
                writer.write_record(writer.create_warc_record(document.url, "request", http_headers=request))
                writer.write_record(
                    response(writer, document, "text/plain; charset=utf-8", more, transfer(document.encoded), headers(document))
                )
                writer.write_record(response(writer, document, "text/html", [], b"<p>He said , so.</p>", {}))
        return {3 * number + 2: document for number, document in enumerate(documents)}

    return write


def response(writer, document: Document, kind: str, more: list, body: bytes, warc_headers: dict):
    """A record of an answer."""
    lines = [("Content-Type", kind), ("Content-Length", str(len(body))), *more]
    http = warcio.statusandheaders.StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1")
    return writer.create_warc_record(
        document.url, "response", io.BytesIO(body), http_headers=http, warc_headers_dict=warc_headers
    )


def fastwarc_gzip(record: bytes) -> bytes:
    """A record as a gzip member by FastWARC."""
    buffer = io.BytesIO()
    writer = fastwarc.stream_io.GzipWriter(buffer)
    writer.write(record)
    writer.finish()
    return buffer.getvalue()


def fastwarc_conversions(pack: Callable[[bytes], bytes]) -> Writer:
    """Conversion records by FastWARC; `pack` packs each record."""

    def write(documents: list[Document], path: Path) -> Records:
        with path.open("wb") as file:
            for document in documents:
                record = fastwarc.warc.WarcRecord()
                urn = record_id(document).removeprefix("urn:uuid:")
                record.init_headers(fastwarc.warc.WarcRecordType.conversion, f"uuid:{urn}".encode())
                record.headers["WARC-Date"] = DATE
                record.headers["WARC-Target-URI"] = document.url
                record.headers["Content-Type"] = "text/plain"
                record.set_bytes_content(document.encoded)
                buffer = io.BytesIO()
                record.write(buffer)
                file.write(pack(buffer.getvalue()))
        return dict(enumerate(documents, 1))

    return write


def wet(is_packed: bool) -> Writer:
    """Byte by byte as Common Crawl's WET files are, each record a gzip member."""

    def write(documents: list[Document], path: Path) -> Records:
        info = b"Software-Info: ia-web-commons.1.1.10\r\nExtracted-Date: Fri, 01 May 2026 12:00:00 GMT\r\n"
        records = [
            b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: %s\r\nWARC-Filename: x.warc.wet.gz\r\n"
            b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
            b"Content-Type: application/warc-fields\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (DATE.encode(), len(info), info)
        ]
        for document in documents:
            block = document.encoded
            records.append(
                b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\n"
                b"WARC-Record-ID: <%s>\r\nWARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
                b"WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nWARC-Identified-Content-Language: eng\r\n"
                b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
                % (document.url.encode(), DATE.encode(), record_id(document).encode(), len(block), block)
            )
        path.write_bytes(b"".join(gzip.compress(record) if is_packed else record for record in records))
        return dict(enumerate(documents, 2))

    return write


WRITERS: dict[str, tuple[str, Writer]] = {
    "warcio, conversions": (".warc", warcio_conversions(False)),
    "warcio, conversions, gzip": (".warc.gz", warcio_conversions(True)),
    "warcio, responses": (".warc", warcio_responses(False)),
    "warcio, responses, gzip": (".warc.gz", warcio_responses(True)),
    "FastWARC, conversions": (".warc", fastwarc_conversions(bytes)),
    "FastWARC, conversions, gzip": (".warc.gz", fastwarc_conversions(fastwarc_gzip)),
    # FastWARC 2.0.1 loses records of its own Zstandard.
    "FastWARC, conversions, zstd": (".warc.zst", fastwarc_conversions(zstandard.ZstdCompressor().compress)),
    "WET": (".warc.wet", wet(False)),
    "WET, gzip": (".warc.wet.gz", wet(True)),
}


def offsets_by_warcio(path: Path) -> dict[str, int]:
    """Where warcio says that each record begins in the file, by the record's id."""
    offsets = {}
    with path.open("rb") as file:
        iterator = warcio.archiveiterator.ArchiveIterator(file)
        for record in iterator:
            offsets[record.rec_headers.get_header("WARC-Record-ID").strip("<>")] = iterator.get_record_offset()
    return offsets


def offsets_by_fastwarc(path: Path) -> dict[str, int]:
    """The same by FastWARC."""
    with path.open("rb") as file:
        return {record.record_id.strip("<>"): record.stream_pos for record in fastwarc.warc.ArchiveIterator(file)}
