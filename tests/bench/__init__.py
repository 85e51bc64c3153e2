"""What the parts do a second, each beside a bare loop measured in the same run: `make bench`."""
