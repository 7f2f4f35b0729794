"""Figures of results. They need the extra `figures`; nothing else imports matplotlib."""

from atlas.figures.embedding import check_figure_file, embedding_figure, subtitle, title, write_embedding_figure

__all__ = ["check_figure_file", "embedding_figure", "subtitle", "title", "write_embedding_figure"]
