"""Where an upload waits while it is read: a folder of our own, never a shared temporary one."""

from typing import Any

from django.conf import settings
from django.core.files import temp
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class WaitingFile(TemporaryUploadedFile):
    """Closed and gone with the request."""

    def __init__(self, name: str, content_type: str, charset: str | None, extra: Any) -> None:
        folder = settings.STATE / "uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = temp.NamedTemporaryFile(suffix=".upload", dir=folder)
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)


class PrivateFolder(TemporaryFileUploadHandler):
    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file = WaitingFile(
            self.file_name, self.content_type, self.charset, self.content_type_extra
        )
