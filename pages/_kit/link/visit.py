"""A page is visited: its values come from the link where the session opens on it, and go into the address."""

from __future__ import annotations

import streamlit as st

from core.parameters import Spec
from pages._kit.link.settings import Settings, Visited, settings
from pages._kit.link.values import Own
from pages._session import session


def visit(page: str, *specs: type[Spec], experiment: bool = False, remedied: bool = True, upto: str = "update") -> Own:
    """The values of a page, from the link where the session opens on it.

    Args:
        page: its name, as in the URL.
        specs: what this page alone has.
        experiment: whether the page shows the session's experiment too, so that its link carries it.
        remedied: whether it shows it with the remedies.
        upto: the last part of a run that it shows.
    """
    visited = session(Visited)
    if page not in visited.own or (experiment and visited.settings is None):
        texts = st.query_params.to_dict()
        if "at" in texts:
            texts["at"] = ",".join(st.query_params.get_all("at"))
        own = {name for spec in specs for name in spec.parameters()}
        others = {name: text for name, text in texts.items() if name not in own}
        mine = texts if not experiment else {name: text for name, text in texts.items() if name in own}
        visited.own[page] = Own(page, specs, mine)
        if experiment and visited.settings is None:
            visited.settings = Settings(others)
    visited.own[page].quick = frozenset()
    if experiment:
        settings().shown_on(remedied=remedied, upto=upto)
    return visited.own[page]


def spelled(own: Own, *, experiment: bool = False) -> dict[str, str]:
    """What a link to this page has to say."""
    return {**(settings().spelled() if experiment else {}), **own.spelled()}


def write_url(own: Own, *, experiment: bool = False) -> None:
    """Keep the address bar in step with the values, so that the address is the link."""
    wanted = spelled(own, experiment=experiment)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
