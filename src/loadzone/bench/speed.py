"""How fast the kernels are: ratios to one real Fourier transform of the same samples, peers, and peak memory.

A ratio travels from machine to machine better than a time: kernel and transform are timed in turn, so that what else
the machine does meets both, and the median of the ratios is reported.
"""

import multiprocessing
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.bench.runner import DEFAULT_SEED, Result, made_by, stream
from loadzone.signals.cyclostationary import coherence_map
from loadzone.signals.descriptors import descriptors
from loadzone.signals.envelopes import band_envelope_spectrum, squared_envelope_spectrum
from loadzone.signals.kurtogram import fast_kurtogram
from loadzone.signals.recording import Recording
from loadzone.words.sourced import Sourced

FS_HZ = 12_000.0
SAMPLES = 120_000
REPEATS = 25
BAND_HZ = (2400.0, 3600.0)
THREE_BANDS_HZ = ((500.0, 1500.0), (1500.0, 3000.0), (3000.0, 5500.0))
ALPHA_MAX_HZ = 400.0
MEMORY_SAMPLES = 10_000_000
SLOW_PEER_SAMPLES = 12_000
GEOMETRY = Geometry(9, 7.94, 39.04)
SPEED_RPM = 1797.0

Signal = NDArray[np.float32]
Task = Callable[[Signal], object]


@dataclass(frozen=True)
class Peer:
    """A library that does a like task: both calls on the same samples."""

    task: str
    ours: Task
    theirs: Task
    samples: int = SAMPLES
    repeats: int = REPEATS


def run(
    *,
    seed: int = DEFAULT_SEED,
    repeats: int = REPEATS,
    with_peers: bool = True,
    memory_samples: int = MEMORY_SAMPLES,
    made_on: str | None = None,
) -> Result:
    """Time every kernel against `scipy.fft.rfft` of the same 120,000 float32 samples at 12 kHz, in this process.

    Parameters
    ----------
    seed : of the noise that is examined
    repeats : interleaved pairs behind each median; 15 or more
    with_peers : also time the peers that are installed (scipy.signal, pybearing, TSFEL, tsfresh)
    memory_samples : length of the record whose diagnosis is weighed in a fresh process; 0 leaves it out
    made_on : see `loadzone.bench.runner`

    Returns
    -------
    kernels: name -> ratio_to_rfft, msamples_per_s (None for a kernel that is not installed); peers: name -> task,
    samples, ours_msamples_per_s, theirs_msamples_per_s, ratio (ours over theirs); memory: samples, input_mb, peak_mb
    (resident memory above what the process held with the input loaded), ratio
    """
    # first: a forked process inherits the high-water mark of all that ran before
    memory = _memory(memory_samples, seed) if memory_samples else None
    signal = stream(seed, 0).standard_normal(SAMPLES, dtype=np.float32)
    kernels = {name: _against_rfft(task, signal, repeats) if task else None for name, task in _kernels().items()}
    peers = {name: _against_peer(peer, signal, repeats) for name, peer in _peers().items()} if with_peers else {}
    return {
        "kernels": kernels,
        "peers": peers,
        "memory": memory,
        "made_by": made_by("loadzone bench speed", seed=seed, trials=repeats, made_on=made_on),
    }


def _kernels() -> dict[str, Task | None]:
    return {
        "descriptors": descriptors,
        "squared_envelope": lambda x: squared_envelope_spectrum(x, FS_HZ),
        "band_envelope": lambda x: band_envelope_spectrum(x, FS_HZ, BAND_HZ),
        "kurtogram": lambda x: fast_kurtogram(x, FS_HZ),
        "coherence": lambda x: coherence_map(x, FS_HZ, ALPHA_MAX_HZ),
        "diagnose": _diagnose_task(),
    }


def _diagnose_task() -> Task | None:
    """The whole diagnosis of one channel, or None in an installation without it."""
    diagnose = _optional("loadzone.monitor.diagnose", "diagnose")
    if diagnose is None:
        return None
    return lambda x: diagnose(_recording(x), GEOMETRY)


def _recording(samples: Signal) -> Recording:
    return Recording(
        samples,
        "bench",
        fs_hz=Sourced(FS_HZ, "user"),
        unit=Sourced("g", "user"),
        speed_rpm=Sourced(SPEED_RPM, "user"),
    )


def _against_rfft(task: Task, signal: Signal, repeats: int) -> dict[str, float]:
    ratios, seconds = _interleaved(task, scipy.fft.rfft, signal, repeats)
    return {"ratio_to_rfft": round(ratios, 2), "msamples_per_s": round(len(signal) / seconds[0] / 1e6, 2)}


def _against_peer(peer: Peer, signal: Signal, repeats: int) -> dict[str, object]:
    part = signal[: peer.samples]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn of constant features and of their own dependencies
        _, seconds = _interleaved(peer.theirs, peer.ours, part, min(peer.repeats, repeats))
    theirs, ours = (len(part) / each / 1e6 for each in seconds)
    return {
        "task": peer.task,
        "samples": len(part),
        "ours_msamples_per_s": round(ours, 3),
        "theirs_msamples_per_s": round(theirs, 5),
        "ratio": round(ours / theirs, 1),
    }


def _interleaved(task: Task, base: Task, signal: Signal, repeats: int) -> tuple[float, tuple[float, float]]:
    """Median ratio of their times, taken in turn, and the median time of each, s; one unmeasured turn goes before."""
    pairs = np.array([(_seconds(base, signal), _seconds(task, signal)) for _ in range(repeats + 1)])[1:]
    base_s, task_s = np.median(pairs, axis=0)
    return float(np.median(pairs[:, 1] / pairs[:, 0])), (float(task_s), float(base_s))


def _seconds(task: Task, signal: Signal) -> float:
    start = time.perf_counter()
    task(signal)
    return time.perf_counter() - start


def _peers() -> dict[str, Peer]:
    """What is installed of them; each task says what either side does, for no two do exactly the same."""
    found = {
        "scipy.signal.hilbert": _scipy_hilbert(),
        "pybearing": _pybearing(),
        "TSFEL": _tsfel(),
        "tsfresh": _tsfresh(),
    }
    return {name: peer for name, peer in found.items() if peer}


def _scipy_hilbert() -> Peer:
    from scipy.signal import hilbert  # costs seconds; only this peer needs it

    def theirs(x: Signal) -> object:
        envelope = np.abs(hilbert(x)) ** 2
        return np.abs(scipy.fft.rfft(envelope - envelope.mean())) ** 2

    return Peer("squared envelope spectrum", lambda x: squared_envelope_spectrum(x, FS_HZ), theirs)


def _pybearing() -> Peer | None:
    extract = _optional("pybearing.analysis.envelope_analysis", "envelope_extraction")
    if extract is None:
        return None

    def theirs(x: Signal) -> object:
        envelope = extract(x, int(FS_HZ), BAND_HZ)
        return np.abs(scipy.fft.rfft(envelope - envelope.mean())) ** 2

    return Peer(
        "amplitude envelope of 2400 to 3600 Hz and its spectrum (theirs: envelope_extraction, then rfft)",
        lambda x: band_envelope_spectrum(x, FS_HZ, BAND_HZ, "amplitude"),
        theirs,
    )


def _tsfel() -> Peer | None:
    extract = _optional("tsfel", "time_series_features_extractor")
    settings = _optional("tsfel", "get_features_by_domain")
    if extract is None or settings is None:
        return None
    return Peer(
        "statistics of one channel (ours: 9 descriptors; theirs: statistical domain)",
        descriptors,
        lambda x: extract(settings("statistical"), x, fs=FS_HZ, verbose=0),
        repeats=5,
    )


def _tsfresh() -> Peer | None:
    extract = _optional("tsfresh", "extract_features")
    settings = _optional("tsfresh.feature_extraction", "EfficientFCParameters")
    frame = _optional("pandas", "DataFrame")
    if extract is None or settings is None or frame is None:
        return None

    def theirs(x: Signal) -> object:
        table = frame({"id": np.zeros(len(x), dtype=int), "x": x})
        parameters = settings()
        return extract(table, column_id="id", default_fc_parameters=parameters, n_jobs=0, disable_progressbar=True)

    task = "features of one channel (ours: descriptors, 3 band envelope spectra, kurtogram; theirs: efficient set)"
    return Peer(task, _monitoring_features, theirs, samples=SLOW_PEER_SAMPLES, repeats=1)


def _monitoring_features(x: Signal) -> object:
    bands = [band_envelope_spectrum(x, FS_HZ, band) for band in THREE_BANDS_HZ]
    return descriptors(x), bands, fast_kurtogram(x, FS_HZ)


def _optional(module: str, name: str) -> Callable[..., Any] | None:
    """A callable of a library that may not be installed."""
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except ImportError:
        return None
    return found


def _memory(samples: int, seed: int) -> dict[str, float] | None:
    """Peak memory of one diagnosis above the loaded input, in a process of its own; None where it cannot be told."""
    if _diagnose_task() is None or sys.platform == "win32":
        return None
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peak_mb = pool.apply(_peak_mb, (samples, seed))
    input_mb = samples * 4 / 1e6
    return {
        "samples": samples,
        "input_mb": input_mb,
        "peak_mb": round(peak_mb, 1),
        "ratio": round(peak_mb / input_mb, 2),
    }


def _peak_mb(samples: int, seed: int) -> float:
    """Growth of the highest resident memory while one record is diagnosed, once all modules are loaded, MB."""
    task = _diagnose_task()
    assert task  # noqa: S101  the caller asked
    noise = stream(seed, 1).standard_normal(samples, dtype=np.float32)
    task(noise[: min(SAMPLES, samples)].copy())
    before = _highest_resident_mb()
    task(noise)
    return _highest_resident_mb() - before


def _highest_resident_mb() -> float:
    import resource  # exists on Unix alone

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
