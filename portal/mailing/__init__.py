"""Mails on their way: as bytes, and over the wire. Knows no message of ours and no customer."""
