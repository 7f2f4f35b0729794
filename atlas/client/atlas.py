"""One atlas, held at a Python prompt."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from atlas import catalogue, store
from atlas.client import texts
from atlas.client.frames import read_frame
from atlas.client.network import Network
from atlas.client.notebook import atlas_html
from atlas.errors import BadParameter, shown
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, NetworkRecord
from atlas.store import Store
from atlas.workflow.reading import subject

if TYPE_CHECKING:
    import pandas as pd

    from atlas.results import MatchResult
    from atlas.workflow.plan import Outcome


class Atlas:
    """An open atlas. Close it, or use it by `with`.

    Every table is a DataFrame that names its query, parameters and runs in `attrs`.

    Parameters
    ----------
    store
        An open connection; `atlas.connect` makes one.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Atlas:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Atlas({self.store.uri!r})"

    def _repr_html_(self) -> str:
        return atlas_html(self.store)

    def close(self) -> None:
        """Close the connection; a server that runs goes on running."""
        self.store.close()

    def networks(self) -> pd.DataFrame:
        """List the complete networks."""
        return read_frame(self.store, texts.NETWORKS, {})

    def network(self, key: str, *, forward: MaskedForward | None = None) -> Network:
        """Take one network in hand.

        Parameters
        ----------
        key
            The network's key.
        forward
            The network to run on its trials, if it is to be ablated or informed; `ingest.forward` makes one.

        Raises
        ------
        UnknownName
            There is no such network.
        """
        return Network(self.store, key, forward=forward)

    def load(self, record: NetworkRecord, *, progress: Progress = silent) -> Network:
        """Load a network; the same record again changes nothing.

        Raises
        ------
        BadParameter
            It is no record: `ingest.add(atlas, module, key=...)` takes a torch module or a file.
        KeyTaken
            Another network stands under its key.
        """
        if not isinstance(record, NetworkRecord):
            raise BadParameter(
                f"{shown(record)} is no NetworkRecord, which is all that `load` takes. "
                "To add a torch module or a file: ingest.add(atlas, module, key=...)."
            )
        store.load(self.store, record, progress=progress)
        return Network(self.store, record.key)

    def compare(self, network: str, other: str, /, **asked: Any) -> Outcome[MatchResult]:
        """Match the clusters of two networks, or of two checkpoints, one to one; as `Network.compare`.

        Raises
        ------
        UnknownName, BadParameter
            There is no such network or partition; or what is asked for does not go together.
        """
        return Network(self.store, network).compare(other, **asked)

    def questions(self) -> pd.DataFrame:
        """List the questions of the library: subject, name, question."""
        import pandas as pd

        rows = [(query.subject, query.name, query.question) for query in catalogue.questions()]
        return pd.DataFrame(rows, columns=["subject", "name", "question"])

    def ask(self, name: str, /, **parameters: Any) -> pd.DataFrame:
        """Ask one question of the library.

        Parameters
        ----------
        name
            Name of the question; `questions` lists them.
        parameters
            By the names of its header. Where a question is about a partition and none is given, the newest is taken.

        Raises
        ------
        UnknownName, BadParameter, MissingAnalysis, TimedOut
            A name or value that does not fit, an analysis that has not run, or no answer in time.
        """
        return catalogue.ask(self.store, name, parameters)

    def explain(self, name: str, /, **parameters: Any) -> None:
        """Print what shows the rows of `ask` in Neo4j Browser: `:param` lines and, after an empty line, the Cypher.

        Browser shows rows of what is run alone: so run the `:param` lines first, then the Cypher. The question itself
        is not run. Tables of `ask` have the same text in `attrs["explanation"]`.

        Raises
        ------
        UnknownName, BadParameter, MissingAnalysis
            As `ask` does.
        """
        print(catalogue.explain(self.store, name, parameters))

    def cypher(self, text: str, /, **parameters: Any) -> pd.DataFrame:
        """Run a Cypher text that only reads. Values go by `$name`, never into the text.

        Raises
        ------
        BadQuery
            The server refuses the text, or it would change the graph.
        BadParameter
            There is no text; or a value is NaN, NaT, a time without a zone, or of a type the database does not have.
        TimedOut
            There is no answer in time.
        """
        if not isinstance(text, str) or not text.strip():
            raise BadParameter(
                f"{shown(text)} is no Cypher text. Give one that reads, as 'MATCH (n:Network) RETURN n.key'."
            )
        return read_frame(self.store, text, parameters)

    def runs(self, network: str | None = None) -> pd.DataFrame:
        """List the runs, of all networks or one: what wrote, how, when, and the command that recomputes it."""
        if network is not None:
            subject(self.store, network)
        return read_frame(self.store, texts.RUNS, {"network": network})

    def check(self) -> pd.DataFrame:
        """List what is wrong with the atlas; no rows in a sound one."""
        import pandas as pd

        found = [catalogue.ask(self.store, query.name).assign(check=query.name) for query in catalogue.checks()]
        frame = pd.concat(found, ignore_index=True)
        frame.attrs = {"query": [query.name for query in catalogue.checks()], "parameters": {}, "runs": []}
        return frame

    def remove(self, key: str, *, progress: Progress = silent) -> None:
        """Remove a network with all about it, or a run (`mine/run/ablate-…`) with what it wrote.

        Raises
        ------
        UnknownName
            There is no such network or run.
        """
        if "/" in str(key):
            store.remove_run(self.store, key, progress=progress)
        else:
            store.remove_network(self.store, key, progress=progress)
