import os
import time

from portal.embedded import static_files


def test_static_files_are_collected_once_until_a_source_changes(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "root"

    assert static_files.collect()
    assert not static_files.collect()
    (source / "page.css").write_text("a { color: blue; }")
    later = time.time() + 5  # Django compares whole seconds
    os.utime(source / "page.css", (later, later))
    assert static_files.collect()

    assert (settings.STATIC_ROOT / "page.css").read_text() == "a { color: blue; }"
