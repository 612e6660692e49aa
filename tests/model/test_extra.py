import pytest

from tests.model.conftest import MISSING


def test_the_extra_that_models_need_is_installed() -> None:
    if MISSING:
        pytest.skip(f"the tests of models did not run: {', '.join(MISSING)} missing (make test-model)")
