"""Killed runs, dead kernels and failing notebooks: what is published stays whole, work goes on."""

from workbench import STEMS, Bench, done

from cxlib.run import Results


def assert_whole(bench: Bench, sizes: set[int]) -> None:
    """Every published file can be read, and all are of the same run."""
    folder = bench.folder / "figures" / "tiny" / "2020-Q2"
    assert len(Results.open(folder).findings) == len(STEMS)
    assert len(bench.seen()) == 1 and bench.seen() <= sizes
    assert "</html>" in (folder / "index.html").read_text()
    assert len(list((folder / "notebooks").glob("*.ipynb"))) == len(STEMS)


def fails(bench: Bench, flag: str, reason: str) -> list[str]:
    """Run with a mishap in one notebook; returns what was run."""
    stem = flag.partition("-")[2]
    flagged = bench.flag(flag)
    status, output = bench.run()
    flagged.unlink()
    assert status != 0 and f"runs/tiny/2020-Q2/{stem}.failed.ipynb" in output
    assert reason in (bench.run_folder / f"{stem}.failed.ipynb").read_text()
    assert not (bench.run_folder / f"{stem}.ipynb").exists()
    return done(output)


def killed_in(bench: Bench, stem: str) -> None:
    """Kill the whole run while a notebook is at work."""
    flagged = bench.flag(f"wait-{stem}")
    bench.kill_when((bench.folder / "flags" / f"reached-{stem}").exists)
    flagged.unlink()


def test_every_mishap_leaves_the_published_run_whole_and_the_next_one_goes_on(bench):
    assert bench.run()[0] == 0
    old, before = bench.seen(), bench.published()
    bench.answer()
    new = {bench.size()}

    killed_in(bench, "02_second")
    assert bench.published() == before
    assert (
        fails(bench, "die-02_second", "DeadKernelError")[-1] == "02_second"
    )  # 01 was at work, too
    assert bench.published() == before
    assert fails(bench, "fail-03_last", "ZeroDivisionError") == ["02_second", "03_last"]
    assert bench.published() == before
    killed_in(bench, "03_last")
    assert bench.published() == before
    stage = bench.run_folder / ".promotion"
    bench.kill_when((stage / "figures" / "notebooks").exists)
    assert_whole(bench, old | new)

    status, output = bench.run()
    assert (status, done(output)) == (0, ["publish"]), output
    assert_whole(bench, new)
    assert bench.published().keys() == before.keys()
    assert not stage.exists() and not list(bench.run_folder.glob("*.failed.ipynb"))
