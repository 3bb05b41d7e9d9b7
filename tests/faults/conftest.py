"""What the sweeps share within one test process: the counting provider, a proxy before it, and a scene a carrier."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count

import pytest
import sqlalchemy as sa
from _pytest.mark import ParameterSet
from sqlalchemy.pool import NullPool

from tests.kit.carriers import Carrier
from tests.kit.counting import Counting, counting
from tests.kit.proxy import Proxy, proxy_before
from tests.kit.scene import Scene
from tests.kit.zygote import Zygote, zygote_in
from tests.postgres import Server

NUMBERS = count(1)


def each(carriers: Mapping[str, Carrier]) -> list[ParameterSet]:
    """The carriers' names as parameters of a test, marked where they need PostgreSQL."""
    marks = {"postgres": [pytest.mark.needs_postgres]}
    return [pytest.param(name, marks=marks.get(one.over, [])) for name, one in carriers.items()]


def new_database(server: Server) -> str:
    """The URL of a new, empty database."""
    name = f"kit_{next(NUMBERS)}"
    engine = sa.create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.url.replace("/postgres?", f"/{name}?")


Scenes = Callable[[Carrier], Scene]


@pytest.fixture(scope="session")
def provider() -> Iterator[Counting]:
    """A counting provider of this test process."""
    with counting() as running:
        yield running


@pytest.fixture(scope="session")
def running_proxy(provider: Counting) -> Iterator[Proxy]:
    with proxy_before(provider.url) as running:
        yield running


@pytest.fixture
def proxy(running_proxy: Proxy) -> Proxy:
    """A proxy before the provider that spoils nothing yet."""
    running_proxy.reset()
    return running_proxy


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Starts commands as processes."""
    with zygote_in(tmp_path_factory.mktemp("zygote")) as running:
        yield running


@pytest.fixture(scope="session")
def scenes(
    provider: Counting, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Scenes:
    """Gives the scene of a carrier, made once, put back to before its apply."""
    made: dict[Carrier, Scene] = {}

    def scene_of(carrier: Carrier) -> Scene:
        if carrier not in made:
            folder = tmp_path_factory.mktemp(carrier.name) / "college"
            url = new_database(request.getfixturevalue("postgres_server")) if carrier.over == "postgres" else ""
            made[carrier] = Scene(carrier, provider, zygote, folder, url)
            made[carrier].make()
        made[carrier].restore()
        return made[carrier]

    return scene_of
