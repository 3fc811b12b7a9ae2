"""What can go wrong."""


class MedshapeError(Exception):
    """The base of every error of this package; a file that cannot be read is an ``OSError``."""


class CollectionError(MedshapeError):
    """The collection cannot be opened, or something in it is damaged."""


class ShapeNotFoundError(MedshapeError, KeyError):
    """There is no shape of that id."""

    def __str__(self) -> str:
        """Give the message as it is; ``KeyError`` would quote it."""
        return str(self.args[0]) if self.args else ""


class NotAvailableError(MedshapeError):
    """The shape has no such representation, as the mask of a shape that came as a mesh."""


class QueryError(MedshapeError, ValueError):
    """A query cannot be understood.

    Attributes:
        token: the term as typed.
        position: where it starts in the query, in characters from 0.
    """

    def __init__(self, message: str, token: str = "", position: int = 0) -> None:
        super().__init__(message, token, position)
        self.token = token
        self.position = position

    def __str__(self) -> str:
        """Give the message alone."""
        return str(self.args[0])


class ShapeError(MedshapeError, ValueError):
    """An array or a parameter that geometry cannot work with; the message names the voxel, vertex, face or value."""


class FormatError(MedshapeError, ValueError):
    """A file that is not of its format, is damaged or cut short, or a format that cannot hold what is to be written."""
