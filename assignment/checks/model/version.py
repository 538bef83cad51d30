"""The version of the kit; every result carries it in its digest."""

VERSION = "1.0.0"
