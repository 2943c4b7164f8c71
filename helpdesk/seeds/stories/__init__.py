"""The written stories of the demo desk."""

from helpdesk.seeds.stories import chinese, orders, ridge_pole, settled, warranty

STORIES = (
    *ridge_pole.STORIES, *warranty.STORIES, *orders.STORIES, *chinese.STORIES, *settled.STORIES
)  # fmt: skip
