"""YAML in and out: positions, refusals, round-trip edits, and trees of files on disk or at a commit."""

from remit.source._bounds import DEFAULT_BOUNDS, Bounds
from remit.source._changes import Append, Change, Delete, Set
from remit.source._commit import CommitTree
from remit.source._data import Data, Path
from remit.source._document import Document, Parsed
from remit.source._errors import (
    AmbiguousScalar,
    DuplicateKey,
    EditFailed,
    NotPlain,
    NotText,
    SourceError,
    SyntaxFault,
    TooLarge,
    TreeError,
)
from remit.source._finding import Finding, Severity
from remit.source._git import has_git
from remit.source._position import Position
from remit.source._read import read_documents
from remit.source._rewrite import edit, format_text, write_document
from remit.source._tree import Tree, open_tree
from remit.source._working import WorkingTree

__all__ = [
    "AmbiguousScalar",
    "Append",
    "Bounds",
    "Change",
    "CommitTree",
    "DEFAULT_BOUNDS",
    "Data",
    "Delete",
    "Document",
    "DuplicateKey",
    "EditFailed",
    "Finding",
    "NotPlain",
    "NotText",
    "Parsed",
    "Path",
    "Position",
    "Set",
    "Severity",
    "SourceError",
    "SyntaxFault",
    "TooLarge",
    "Tree",
    "TreeError",
    "WorkingTree",
    "edit",
    "format_text",
    "has_git",
    "open_tree",
    "read_documents",
    "write_document",
]
