"""Google's Cloud Storage client for Python against the emulator."""

import base64
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.api_core import exceptions
from google.cloud.storage import transfer_manager


def test_objects_are_written_read_described_and_deleted(bucket):
    blob = bucket.blob("a folder/héllo ?#.txt")
    blob.metadata, blob.cache_control = {"of": "ann"}, "max-age=60"
    blob.upload_from_string("0123456789", content_type="text/plain", checksum="crc32c")
    assert blob.download_as_text() == "0123456789"
    assert (blob.download_as_bytes(start=2, end=4), blob.download_as_bytes(start=7)) == (b"234", b"789")
    blob.reload()
    assert (blob.size, blob.content_type, blob.metadata, blob.cache_control, blob.metageneration) == (10, "text/plain", {"of": "ann"}, "max-age=60", 1)
    assert blob.md5_hash == base64.b64encode(hashlib.md5(b"0123456789").digest()).decode()
    blob.metadata = {"of": None, "by": "bob"}
    blob.patch()
    assert (blob.metadata, blob.metageneration) == ({"by": "bob"}, 2)
    blob.delete()
    assert not blob.exists()
    with pytest.raises(exceptions.NotFound):
        blob.download_as_bytes()


def test_large_objects_are_uploaded_in_one_session(bucket):
    data = os.urandom(1_500_000)
    blob = bucket.blob("large.bin", chunk_size=256 * 1024)
    with blob.open("wb") as stream:
        stream.write(data)
    with bucket.blob("large.bin").open("rb", chunk_size=512 * 1024) as stream:
        assert stream.read() == data
    session = bucket.blob("session.bin").create_resumable_upload_session(content_type="image/png", size=5)
    assert "upload_id=" in session


def test_preconditions_hold_on_every_call(bucket):
    blob = bucket.blob("once.txt")
    blob.upload_from_string("first", if_generation_match=0)
    first = blob.generation
    with pytest.raises(exceptions.PreconditionFailed):
        blob.upload_from_string("second", if_generation_match=0)
    blob.upload_from_string("second", if_generation_match=first)
    for call in (
        lambda: blob.delete(if_generation_match=first),
        lambda: blob.download_as_bytes(if_generation_match=first),
        lambda: blob.reload(if_metageneration_match=9),
        lambda: bucket.copy_blob(blob, bucket, "copy.txt", if_source_generation_match=first),
    ):
        with pytest.raises(exceptions.PreconditionFailed):
            call()


def test_objects_are_listed_copied_composed_and_moved(bucket):
    for name in ("list/a", "list/b", "list/deep/c.txt"):
        bucket.blob(name).upload_from_string(name)
    listed = bucket.client.list_blobs(bucket, prefix="list/", delimiter="/")
    assert ([blob.name for blob in listed], listed.prefixes) == (["list/a", "list/b"], {"list/deep/"})
    pages = bucket.client.list_blobs(bucket, prefix="list/", page_size=2).pages
    assert [[blob.name for blob in page] for page in pages] == [["list/a", "list/b"], ["list/deep/c.txt"]]
    assert [blob.name for blob in bucket.client.list_blobs(bucket, match_glob="list/**.txt")] == ["list/deep/c.txt"]
    copied = bucket.copy_blob(bucket.blob("list/a"), bucket, "copied")
    rewritten = bucket.blob("rewritten")
    assert rewritten.rewrite(copied)[0] is None
    whole = bucket.blob("whole")
    whole.compose([copied, bucket.blob("list/b")])
    assert (whole.download_as_bytes(), whole.component_count) == (b"list/alist/b", 2)
    moved = bucket.rename_blob(copied, "moved")
    assert (moved.download_as_bytes(), copied.exists()) == (b"list/a", False)
    assert bucket.move_blob(moved, "moved again").download_as_bytes() == b"list/a"
    bucket.delete_blobs([bucket.blob("list/a"), bucket.blob("list/b")])
    assert [blob.name for blob in bucket.client.list_blobs(bucket, prefix="list/")] == ["list/deep/c.txt"]


def test_requests_go_together_in_a_batch(bucket):
    names = [f"batch/{n}" for n in range(3)]
    for name in names:
        bucket.blob(name).upload_from_string(name)
    with bucket.client.batch():
        for name in names:
            bucket.blob(name).delete()
    assert list(bucket.client.list_blobs(bucket, prefix="batch/")) == []


def test_many_and_large_files_in_parallel(bucket, tmp_path):
    names = [f"{n}.bin" for n in range(8)]
    contents = {name: os.urandom(2000) for name in names}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: bucket.blob(f"up/{name}").upload_from_filename(tmp_path / name), names))
    options = {"worker_type": transfer_manager.THREAD, "max_workers": 4}
    results = transfer_manager.upload_many_from_filenames(bucket, names, source_directory=str(tmp_path), blob_name_prefix="many/", **options)
    assert results == [None] * 8
    down = tmp_path / "down"
    down.mkdir()
    transfer_manager.download_many_to_path(bucket, [f"many/{name}" for name in names], destination_directory=str(down), **options)
    assert all((down / "many" / name).read_bytes() == data for name, data in contents.items())
    large = os.urandom(6_000_000)
    (tmp_path / "large.bin").write_bytes(large)
    transfer_manager.upload_chunks_concurrently(str(tmp_path / "large.bin"), bucket.blob("parts.bin"), chunk_size=5 * 1024 * 1024, **options)
    transfer_manager.download_chunks_concurrently(bucket.blob("parts.bin"), str(tmp_path / "back.bin"), chunk_size=2_000_000, **options)
    assert (tmp_path / "back.bin").read_bytes() == large


def test_buckets_keep_their_settings(bucket):
    bucket.add_lifecycle_delete_rule(age=30)
    bucket.cors = [{"origin": ["https://kith.example"], "method": ["GET"], "responseHeader": ["Content-Type"], "maxAgeSeconds": 60}]
    bucket.labels = {"kept": "yes"}
    bucket.patch()
    bucket.reload()
    assert [rule["condition"]["age"] for rule in bucket.lifecycle_rules] == [30]
    assert (bucket.cors[0]["maxAgeSeconds"], bucket.labels, bucket.location) == (60, {"kept": "yes"}, "EU")
    with pytest.raises(exceptions.Conflict):
        bucket.client.create_bucket(bucket.name)
    with pytest.raises(exceptions.Conflict):
        bucket.delete()
