"""The demo company's help articles, written by hand, in English and Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sqlalchemy import select

from helpdesk.actions import article_files
from helpdesk.actions.shelves import name_category
from helpdesk.desk import Desk
from helpdesk.models import Article, Category
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.article_file import ArticleFile

FOLDER = Path(__file__).parent


def plant_articles(desk: Desk) -> None:
    """Add the articles and categories that are missing; what is there stays as it is.

    The indexer takes them in later, so that nobody waits for it.
    """
    with desk.read() as session:
        slugs = set(session.scalars(select(Article.slug)))
        shelves = set(session.scalars(select(Category.slug)))
    for one in article_files.categories_of(FOLDER):
        if one["slug"] not in shelves:
            name_category(desk, SYSTEM, one["slug"], one["names"], one["position"])
    found = [cast(ArticleFile, file) for file in article_files.read(FOLDER)]
    article_files.take_in(desk, SYSTEM, [file for file in found if file.slug not in slugs])
