"""Figures of results. They need the extra `figures`; nothing else imports matplotlib."""

from atlas.figures.embedding import embedding_figure, subtitle, title, write_embedding_figure
from atlas.figures.files import check_figure_file
from atlas.figures.training import measured, training_figure, write_training_figure

__all__ = [
    "check_figure_file",
    "embedding_figure",
    "measured",
    "subtitle",
    "title",
    "training_figure",
    "write_embedding_figure",
    "write_training_figure",
]
