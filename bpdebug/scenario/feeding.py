"""X and Y of a scenario from a data set or a file: laid out as the scenario has it, some examples set aside to test."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from bpdebug.errors import ScenarioError
from bpdebug.scenario.arrays import stream
from bpdebug.scenario.datasets import DATASETS
from bpdebug.scenario.files import beside
from bpdebug.scenario.files.faults import OptionError
from bpdebug.scenario.given import CLASSES, Called, Examples, parted, scaled, usual, written
from bpdebug.scenario.positions import Path
from bpdebug.scenario.schema import Data, Dataset, File
from bpdebug.scenario.values import Values

DATASET: Path = ("data", "dataset")
FILE: Path = ("data", "file")


def feed(data: Data, values: Values) -> None:
    """Put X and Y among the values, and those to test with aside; what is wrong is added to the problems."""
    if data.dataset is not None and data.file is not None:
        hint = "Each of them gives X and Y: keep one."
        values.problems.append(values.source.at_key(FILE, "expected either a data set or a file, found both", hint))
    elif data.dataset is not None:
        _fed(data, data.dataset, _of_dataset(data.dataset, values), DATASET, values)
    elif data.file is not None:
        _fed(data, data.file, _of_file(data.file, values), FILE, values)
    elif data.test is not None:
        hint = "They are drawn from dataset = … or from file = …; X and Y that are given otherwise are all trained on."
        values.problems.append(values.source.at_key(("data", "test"), "there are no examples to set aside", hint))


def _of_dataset(dataset: Dataset, values: Values) -> Examples | None:
    """The examples of a data set; None where something is wrong with what is asked of it."""
    known, before = DATASETS[dataset.name], len(values.problems)
    for key, message in (("noise", "has no noise"), ("classes", "has the classes that it has")):
        if getattr(dataset, key) is not None and getattr(known, key) is None:
            values.problems.append(values.source.at_key((*DATASET, key), f"{dataset.name} {message}"))
    samples = None
    if dataset.samples is not None:
        samples = values.size(dataset.samples, (*DATASET, "samples"))
        width = max(2, dataset.classes or known.classes or 0)
        if samples is None or values.too_large((samples, width), (*DATASET, "samples")):
            return None
    if len(values.problems) > before:
        return None
    return known.examples(samples, dataset.noise, dataset.classes, values.seed)


def _of_file(file: File, values: Values) -> Examples | None:
    """The examples of a file; None where something is wrong with it, or with what is said of it."""
    try:
        return beside.examples(file, values.source.file)
    except ScenarioError as error:
        values.problems += error.problems
    except OptionError as error:
        values.problems.append(values.source.at_value((*FILE, *error.path), error.message, error.hint))
    return None


def _fed(data: Data, said: Dataset | File, found: Examples | None, path: Path, values: Values) -> None:
    """Put X and Y among the values, where there are examples."""
    if found is None:
        return
    examples, labels = _understood(said, found)
    if bool(examples.count) != (labels in CLASSES):
        what = "classes" if examples.count else "numbers, and no classes"
        message = f'the labels are {what}: there is no writing them as "{labels}"'
        values.problems.append(values.source.at_value((*path, "labels"), message))
        return
    width = examples.x.shape[1] + (examples.count if labels == "one-hot" else 1)
    kept, aside = _divided(data, examples, values)
    if values.too_large((len(examples.x), width), path):
        return
    values.called = Called(examples.features, examples.outputs, labels)
    for part, to in ((kept, values.put), (aside, values.test.__setitem__)):
        if part is not None:
            x = scaled(part.x, kept.x, said.scale)
            if not np.isfinite(x).all():
                message = "the features are too large to be scaled: nothing finite is left of them"
                values.problems.append(values.source.at_value((*path, "scale"), message))
                return
            for name, array in (("X", x), ("Y", written(part, labels))):
                to(name, array.T if values.columns else array)


def _understood(said: Dataset | File, found: Examples) -> tuple[Examples, str]:
    """The examples, and how their labels are written: as the scenario says, or as is usual."""
    if said.labels is not None:
        return found, said.labels
    if isinstance(said, Dataset):
        return found, DATASETS[said.name].labels
    if found.count:
        return found, "one-hot"
    labels = usual(found.y)
    if labels not in CLASSES:
        return found, labels
    last = found.y[:, 0] == found.y.max()
    outputs = ("0", "1") if labels == "zero-one" else ("-1", "1")
    return replace(found, y=last.astype(np.intp), count=2, outputs=outputs), labels


def _divided(data: Data, examples: Examples, values: Values) -> tuple[Examples, Examples | None]:
    """Those to train on, and those to test with, if there are to be some."""
    if data.test is None:
        return examples, None
    total = len(examples.x)
    count = data.test if isinstance(data.test, int) else round(data.test * total)
    if not 0 < count < total:
        message = f"{data.test:g} of {total} examples is {count}, and there are to be some to train on and some to test"
        values.problems.append(values.source.at_value(("data", "test"), message))
        return examples, None
    kept, aside = parted(examples, int(count), stream(values.seed, "test"))
    return examples.only(kept), examples.only(aside)
