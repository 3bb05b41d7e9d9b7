"""What the sweeps share within one test process: the counting provider, a proxy before it, and a scene a carrier."""

from collections.abc import Callable, Iterator

import pytest

from tests.kit.carriers import Carrier
from tests.kit.counting import Counting, counting
from tests.kit.proxy import Proxy, proxy_before
from tests.kit.scene import Scene
from tests.kit.zygote import Zygote, zygote_in

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
def scenes(provider: Counting, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Gives the scene of a carrier, made once, put back to before its apply."""
    made: dict[Carrier, Scene] = {}

    def scene_of(carrier: Carrier) -> Scene:
        if carrier not in made:
            made[carrier] = Scene(carrier, provider, zygote, tmp_path_factory.mktemp(carrier.name) / "college")
            made[carrier].make()
        made[carrier].restore()
        return made[carrier]

    return scene_of
