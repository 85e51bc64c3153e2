"""What the autopilot uploads where a person would add a picture of the page."""

import struct
import zlib

WIDTH, HEIGHT = 96, 32
WHITE, INK = 245, 40


def of(text: str) -> bytes:
    """A PNG (ISO 15948) that shows the text's bits as bars: small, and another for other words."""
    bits = "".join(f"{byte:08b}" for byte in text.encode())[:WIDTH].ljust(WIDTH, "0")
    line = bytes(INK if bit == "1" else WHITE for bit in bits)
    pixels = b"".join(b"\0" + line for _ in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
