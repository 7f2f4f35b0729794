"""The library of questions: one Cypher file each, with a header that is checked."""

from atlas.catalogue.files import checks, find, questions
from atlas.catalogue.header import Column, Parameter, Query
from atlas.catalogue.parameters import from_text
from atlas.catalogue.run import ask, explain

__all__ = ["Column", "Parameter", "Query", "ask", "checks", "explain", "find", "from_text", "questions"]
